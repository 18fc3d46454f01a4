import Glibc

/// Arithmetic with three coordinates.
enum Vector {
  static func dot(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Both of three coordinates.
  static func cross(_ a: [Double], _ b: [Double]) -> [Double] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
  }

  /// Of length 1; nil if it has no length.
  static func unit(_ a: [Double]) -> [Double]? {
    let length = dot(a, a).squareRoot()
    return length > 0 && length.isFinite ? a.map { $0 / length } : nil
  }

  /// The angle to whole degrees.
  static func degrees(cosine: Double) -> Int {
    Int((acos(min(max(cosine, -1), 1)) * 180 / Double.pi).rounded())
  }
}
