import Glibc

/// A vector with three coordinates. They are millimetres or direction cosines.
struct Vector: Sendable, Equatable {
  var x: Double
  var y: Double
  var z: Double

  init(x: Double, y: Double, z: Double) {
    (self.x, self.y, self.z) = (x, y, z)
  }

  /// Makes a vector; nil unless there are exactly three numbers.
  init?(_ numbers: some Collection<Double>) {
    let numbers = Array(numbers)
    guard numbers.count == 3 else { return nil }
    self.init(x: numbers[0], y: numbers[1], z: numbers[2])
  }

  static func - (a: Vector, b: Vector) -> Vector {
    Vector(x: a.x - b.x, y: a.y - b.y, z: a.z - b.z)
  }

  static func + (a: Vector, b: Vector) -> Vector {
    Vector(x: a.x + b.x, y: a.y + b.y, z: a.z + b.z)
  }

  static func * (a: Vector, factor: Double) -> Vector {
    Vector(x: a.x * factor, y: a.y * factor, z: a.z * factor)
  }

  func dot(_ other: Vector) -> Double { x * other.x + y * other.y + z * other.z }

  func cross(_ other: Vector) -> Vector {
    Vector(
      x: y * other.z - z * other.y, y: z * other.x - x * other.z, z: x * other.y - y * other.x)
  }

  var length: Double { dot(self).squareRoot() }

  /// The vector scaled to length 1; nil if the length is zero or not finite.
  var unit: Vector? {
    let length = length
    guard length > 1e-9, length.isFinite else { return nil }
    return self * (1 / length)
  }

  /// True if no coordinate differs by more than `tolerance`.
  func isNear(_ other: Vector, tolerance: Double) -> Bool {
    abs(x - other.x) <= tolerance && abs(y - other.y) <= tolerance && abs(z - other.z) <= tolerance
  }

  /// Returns an angle in degrees, from 0 to 180. Returns 90 if `cosine` is NaN.
  static func angle(cosine: Double) -> Double {
    let angle = acos(min(max(cosine, -1), 1)) * 180 / Double.pi
    return angle.isFinite ? angle : 90
  }
}
