/// The position of one image and the meaning of its stored values. A missing or unreliable value is nil.
struct ImagePlane: Sendable, Equatable {
  /// The centre of the first pixel, in millimetres.
  var position: Vector?
  var axes: ImageAxes?
  var spacing: PixelSpacing?
  /// HU of one stored unit; 1 by default.
  var slope: Double? = 1
  /// HU of a stored 0; 0 by default.
  var intercept: Double? = 0
  /// True if the header states a slope. An empty value does not count.
  var hasSlope = false
  /// True if the header states an intercept. An empty value does not count.
  var hasIntercept = false
  /// True if the values are HU according to the header. Values of iodine or electron-density maps are not HU.
  var isHounsfield = true
  /// The name of the reconstruction kernel.
  var kernel = ""

  /// Allowed coordinates, as for NIfTI volumes, in millimetres.
  private static let positions = -1e5...1e5
  private static let cosines = -1.01...1.01
  /// Spacing limits, as for NIfTI volumes, in millimetres.
  private static let spacings = 0.05...20.0
  private static let slopes = 1e-6...1e6
  private static let intercepts = -1e6...1e6
  /// Rescale types of CT images whose values are not HU.
  private static let otherUnits: Set<String> = ["OD", "MGML", "Z_EFF", "ED", "EDW", "PCT"]

  /// Stores the value of an element if it belongs to the plane.
  mutating func take(_ tag: DataSetReader.Tag, _ text: String) {
    switch tag {
    case .imagePosition:
      position = CheckedNumber.decimals(text, count: 3, in: Self.positions).flatMap { Vector($0) }
    case .imageOrientation:
      axes = CheckedNumber.decimals(text, count: 6, in: Self.cosines).flatMap(ImageAxes.init)
    case .pixelSpacing:
      spacing = CheckedNumber.decimals(text, count: 2, in: Self.spacings).map {
        PixelSpacing(rows: $0[0], columns: $0[1])
      }
    case .rescaleIntercept:
      guard !CheckedNumber.trimmed(text).isEmpty else { break }
      intercept = CheckedNumber.decimal(text, in: Self.intercepts)
      hasIntercept = true
    case .rescaleSlope:
      guard !CheckedNumber.trimmed(text).isEmpty else { break }
      slope = CheckedNumber.decimal(text, in: Self.slopes)
      hasSlope = true
    case .rescaleType:
      isHounsfield = !Self.otherUnits.contains(CheckedNumber.trimmed(text).uppercased())
    case .convolutionKernel: kernel = String(CheckedNumber.trimmed(text))
    default: break
    }
  }
}

/// Distances between pixels, in millimetres.
struct PixelSpacing: Sendable, Equatable {
  /// From one row to the next.
  var rows: Double
  /// From one column to the next.
  var columns: Double

  func isNear(_ other: PixelSpacing, tolerance: Double) -> Bool {
    abs(rows - other.rows) <= tolerance && abs(columns - other.columns) <= tolerance
  }
}

/// Directions of an image's rows and columns, perpendicular and of length 1.
struct ImageAxes: Sendable, Equatable {
  /// The direction along a row.
  let row: Vector
  /// The direction along a column.
  let column: Vector
  let normal: Vector

  /// Largest difference of a direction's length from 1. Cosines are often rounded to three decimals.
  private static let lengthTolerance = 0.01
  /// Largest cosine of the angle between rows and columns, 0.1 degrees from a right angle.
  private static let shear = 0.002

  /// - Parameter cosines: Three cosines of the row, then three of the column.
  init?(_ cosines: [Double]) {
    guard let row = Vector(cosines.prefix(3)), let column = Vector(cosines.dropFirst(3)),
      abs(row.length - 1) <= Self.lengthTolerance, abs(column.length - 1) <= Self.lengthTolerance,
      let along = row.unit, let other = column.unit, abs(along.dot(other)) <= Self.shear,
      let down = (other - along * along.dot(other)).unit, let normal = along.cross(down).unit
    else { return nil }
    self.row = along
    self.column = down
    self.normal = normal
  }

  func isNear(_ other: ImageAxes, tolerance: Double) -> Bool {
    row.isNear(other.row, tolerance: tolerance) && column.isNear(other.column, tolerance: tolerance)
  }

  /// Returns the larger of two angles in degrees: between the rows, and between the columns.
  func angle(to other: ImageAxes) -> Double {
    max(
      Vector.angle(cosine: row.dot(other.row)), Vector.angle(cosine: column.dot(other.column)))
  }
}
