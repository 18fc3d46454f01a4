/// The position of one image, and how its stored values are converted to HU. A missing or unreliable value is nil.
struct ImagePlane: Sendable, Equatable {
  /// The centre of the first pixel. The unit is millimetres.
  var position: Vector?
  var axes: ImageAxes?
  var spacing: PixelSpacing?
  /// Rescale slope: HU per stored unit; 1 by default.
  var slope: Double? = 1
  /// Rescale intercept: HU of the stored value 0; 0 by default.
  var intercept: Double? = 0
  /// True if the header contains a slope. An empty value does not count.
  var hasSlope = false
  /// True if the header contains an intercept. An empty value does not count.
  var hasIntercept = false
  /// False if the header says that the values are not HU, as in iodine or electron-density maps.
  var isHounsfield = true
  /// The name of the reconstruction kernel.
  var kernel = ""

  /// Accepted coordinates in millimetres, as for NIfTI volumes.
  private static let positions = -1e5...1e5
  private static let cosines = -1.01...1.01
  /// Accepted pixel spacings in millimetres, as for NIfTI volumes.
  private static let spacings = 0.05...20.0
  private static let slopes = 1e-6...1e6
  private static let intercepts = -1e6...1e6
  /// Rescale types of CT images that are not Hounsfield units.
  private static let otherUnits: Set<String> = ["OD", "MGML", "Z_EFF", "ED", "EDW", "PCT"]

  /// Reads the value of an element if the element describes the plane.
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

/// The distances between neighbouring pixels, in millimetres.
struct PixelSpacing: Sendable, Equatable {
  /// The distance from one row to the next.
  var rows: Double
  /// The distance from one column to the next.
  var columns: Double

  func isNear(_ other: PixelSpacing, tolerance: Double) -> Bool {
    abs(rows - other.rows) <= tolerance && abs(columns - other.columns) <= tolerance
  }
}

/// The directions of an image's rows and columns. They have length 1 and are perpendicular to each other.
struct ImageAxes: Sendable, Equatable {
  /// The direction along a row.
  let row: Vector
  /// The direction along a column.
  let column: Vector
  let normal: Vector

  /// Accepted difference of a direction's length from 1. Direction cosines are often rounded to three decimals.
  private static let lengthTolerance = 0.01
  /// Maximum cosine of the angle between rows and columns. It allows about 0.1 degrees of deviation from a right
  /// angle.
  private static let shear = 0.002

  /// Makes the axes; nil if they are not valid.
  ///
  /// - Parameter cosines: Three direction cosines of the rows, then three of the columns.
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

  /// Returns the larger of two angles in degrees: the one between the rows and the one between the columns.
  func angle(to other: ImageAxes) -> Double {
    max(
      Vector.angle(cosine: row.dot(other.row)), Vector.angle(cosine: column.dot(other.column)))
  }
}
