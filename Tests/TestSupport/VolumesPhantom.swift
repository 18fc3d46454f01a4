/// A synthetic chest in HU: air, body wall, lungs, a spine, a heart on the left; no two axes alike.
///
/// Every value is −1000 + 8 · q with q in 0…250, so that each NIfTI type can store it exactly.
public struct VolumesPhantom: Sendable {
  /// Voxels along x (left), y (posterior), z (superior).
  public let shape: [Int]
  /// Millimetres between voxels along x, y, z.
  public let spacing: [Double]
  /// HU, x fastest.
  public let hounsfield: [Double]

  /// 7,680 voxels that cover 384 × 370 × 320 mm: no warning, less than 16 KB as int16.
  ///
  /// No sample of the published or the tiny recipe falls on the last half voxel's edge, where a
  /// rounding error would decide between a voxel and the outside value.
  public static let small = VolumesPhantom(shape: [24, 20, 16], spacing: [16, 18.5, 20])

  /// Any voxels instead of a drawing.
  ///
  /// - Parameter hounsfield: HU at `[x, y, z]`, which grow to the left, back and head.
  public init(
    shape: [Int], spacing: [Double], hounsfield: (_ x: Int, _ y: Int, _ z: Int) -> Double
  ) {
    self.shape = shape
    self.spacing = spacing
    self.hounsfield = (0..<shape.reduce(1, *)).map { index in
      hounsfield(index % shape[0], index / shape[0] % shape[1], index / shape[0] / shape[1])
    }
  }

  /// Draws the phantom on any grid.
  public init(shape: [Int], spacing: [Double]) {
    self.shape = shape
    self.spacing = spacing
    hounsfield = (0..<shape.reduce(1, *)).map { index in
      let (x, y) = (index % shape[0], index / shape[0] % shape[1])
      let z = index / shape[0] / shape[1]
      return Self.value(x, y, z, shape: shape)
    }
  }

  private static func value(_ x: Int, _ y: Int, _ z: Int, shape: [Int]) -> Double {
    let centred = zip([x, y, z], shape).map { (Double($0) + 0.5) / Double($1) * 2 - 1 }
    let radius = (centred[0] * centred[0] + centred[1] * centred[1]).squareRoot()
    let texture = Double((3 * x + 5 * y + 7 * z + x * y) % 9)
    if radius > 0.95 { return -1000 }
    if abs(centred[0]) < 0.15, centred[1] > 0.5 { return 600 + 8 * texture }
    if radius > 0.7 { return 24 + 8 * texture }
    if centred[0] > 0.05, centred[0] < 0.4, abs(centred[1]) < 0.3, centred[2] < 0.2 {
      return 40 + 8 * texture
    }
    return -864 + 8 * texture
  }

  /// The same voxels stored with axes that grow as `code` says, such as "RAS" or "PIR".
  ///
  /// - Returns: Extents, spacings and values, the file's fastest axis first, and the affine to RAS+
  ///   millimetres that leaves every voxel where it was.
  public func stored(as code: String) -> VolumesStoredGrid {
    let axes = code.map { VolumesAxis($0) }
    let shape = axes.map { self.shape[$0.model] }
    let modelStrides = [1, self.shape[0], self.shape[0] * self.shape[1]]
    let steps = axes.map { $0.isFlipped ? -modelStrides[$0.model] : modelStrides[$0.model] }
    let start = zip(steps, shape).reduce(0) { $0 + ($1.0 < 0 ? -$1.0 * ($1.1 - 1) : 0) }
    let (fastStep, middleStep, slowStep) = (steps[0], steps[1], steps[2])
    var values: [Double] = []
    values.reserveCapacity(hounsfield.count)
    for slow in 0..<shape[2] {
      for middle in 0..<shape[1] {
        var index = start + slow * slowStep + middle * middleStep
        for _ in 0..<shape[0] {
          values.append(hounsfield[index])
          index += fastStep
        }
      }
    }
    return VolumesStoredGrid(
      shape: shape, spacing: axes.map { spacing[$0.model] }, values: values,
      affine: affine(axes))
  }

  /// The model's L and P axes point against RAS+ space; voxel (0, 0, 0) of L, P, S lies at 0.
  private func affine(_ axes: [VolumesAxis]) -> [Double] {
    var affine = [Double](repeating: 0, count: 12)
    for (column, axis) in axes.enumerated() {
      let towardsModel: Double = axis.model == 2 ? 1 : -1
      let step = towardsModel * spacing[axis.model]
      affine[4 * axis.model + column] = axis.isFlipped ? -step : step
      if axis.isFlipped {
        affine[4 * axis.model + 3] = step * Double(shape[axis.model] - 1)
      }
    }
    return affine
  }
}

/// A volume as a file stores it, fastest axis first.
public struct VolumesStoredGrid: Sendable {
  /// Extents.
  public let shape: [Int]
  /// Millimetres.
  public let spacing: [Double]
  /// HU.
  public let values: [Double]
  /// Index to RAS+ millimetres, three rows of four.
  public let affine: [Double]

  /// As a NIfTI file with this affine as sform, and as qform too.
  public func file(
    datatype: NIfTIDatatype = .int16, version: Int = 1, isBigEndian: Bool = false
  ) -> NIfTIFile {
    var file = NIfTIFile(
      shape: shape, spacing: spacing, values: values, datatype: datatype, version: version,
      isBigEndian: isBigEndian)
    file.setSform(affine)
    file.setQform(affine)
    return file
  }
}

/// A letter of an orientation code.
struct VolumesAxis {
  /// 0, 1, 2 for the line left–right, anterior–posterior, inferior–superior.
  let model: Int
  /// Whether it grows against L, P, S.
  let isFlipped: Bool

  init(_ letter: Character) {
    model = "LR".contains(letter) ? 0 : "PA".contains(letter) ? 1 : 2
    isFlipped = "RAI".contains(letter)
  }
}

/// All 48 orientation codes.
public enum VolumesOrientations {
  /// Every order of the three lines with every choice of direction.
  public static let all: [String] = {
    let lines = ["LR", "PA", "SI"]
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
    return orders.flatMap { order in
      (0..<8).map { flips in
        String((0..<3).map { Array(lines[order[$0]])[(flips >> $0) & 1] })
      }
    }
  }()
}
