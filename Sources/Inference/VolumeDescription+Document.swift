internal import StrictJSON
internal import Volumes

extension VolumeDescription {
  /// The description as the store keeps it. Numbers read back to the same bits.
  var document: [UInt8] {
    let json: JSON = [
      "format": .string(format), "shape": .array(shape.map(JSON.integer)),
      "spacing_mm": .array(spacing.map(JSON.double)), "orientation": .string(orientation),
      "affine": .optional(affine) { .array($0.map(JSON.double)) },
      "slope": .double(slope), "intercept": .double(intercept),
      "min": .float(intensity.minimum), "max": .float(intensity.maximum),
      "p01": .float(intensity.percentile1), "p99": .float(intensity.percentile99),
      "voxels": .integer(intensity.voxelCount), "warnings": .array(warnings.map(Self.json)),
    ]
    return json.bytes
  }

  /// The description that a document holds; nil if it is none.
  init?(document: [UInt8]) {
    guard case .object(let object)? = try? JSON(parsing: document),
      let format = object["format"]?.text, let orientation = object["orientation"]?.text,
      let shape = object["shape"]?.numbers, let spacing = object["spacing_mm"]?.numbers,
      shape.count == 3, spacing.count == 3,
      let slope = object["slope"]?.number, let intercept = object["intercept"]?.number,
      let minimum = object["min"]?.number, let maximum = object["max"]?.number,
      let percentile1 = object["p01"]?.number, let percentile99 = object["p99"]?.number,
      let voxels = object["voxels"]?.number, case .array(let warnings)? = object["warnings"]
    else { return nil }
    let extents = shape.compactMap(Int.init(exactly:))
    let known = warnings.compactMap(Self.warning)
    guard extents.count == 3, known.count == warnings.count, let count = Int(exactly: voxels) else {
      return nil
    }
    self.init(
      format: format, shape: extents, spacing: spacing, orientation: orientation,
      affine: object["affine"]?.numbers, slope: slope, intercept: intercept,
      intensity: IntensitySummary(
        minimum: Float(minimum), maximum: Float(maximum), percentile1: Float(percentile1),
        percentile99: Float(percentile99), voxelCount: count),
      warnings: known)
  }

  private static func json(_ warning: VolumeWarning) -> JSON {
    switch warning {
    case .orientationAssumed, .unitsAssumedMillimetres, .qformSformConflict:
      [.string(warning.code)]
    case .unitsConverted(let factor): [.string(warning.code), .double(factor)]
    case .fieldOfViewLong(let axis, let found):
      ["fov-long", .integer(axis.rawValue), .double(found)]
    case .hounsfieldImplausible(let fault): [.string(warning.code), .string(fault.rawValue)]
    case .lungMissing: [.string(warning.code)]
    case .seriesChosen(let count): [.string(warning.code), .integer(count)]
    case .slicesRepeated(let count): [.string(warning.code), .integer(count)]
    case .slicesMissing(let slice, let places):
      [.string(warning.code), .integer(slice), .integer(places)]
    case .fieldOfViewShort(let axis, let found, let expected):
      ["fov-short", .integer(axis.rawValue), .double(found), .double(expected)]
    }
  }

  private static func warning(_ json: JSON) -> VolumeWarning? {
    guard case .array(let parts) = json, let code = parts.first?.text else { return nil }
    let numbers = parts.dropFirst().compactMap(\.number)
    switch (code, numbers.count) {
    case ("orientation-assumed", 0): return .orientationAssumed
    case ("units-assumed-mm", 0): return .unitsAssumedMillimetres
    case ("qform-sform-conflict", 0): return .qformSformConflict
    case ("lung-missing", 0): return .lungMissing
    case ("slices-repeated", 1): return Int(exactly: numbers[0]).map { .slicesRepeated(count: $0) }
    case ("series-chosen", 1): return Int(exactly: numbers[0]).map { .seriesChosen(of: $0) }
    case ("slices-missing", 2):
      guard let slice = Int(exactly: numbers[0]), let places = Int(exactly: numbers[1]) else {
        return nil
      }
      return .slicesMissing(after: slice, places: places)
    case ("hu-implausible", 0):
      return parts.last?.text.flatMap(HounsfieldFault.init(rawValue:))
        .map { .hounsfieldImplausible($0) }
    case ("fov-long", 2):
      return Int(exactly: numbers[0]).flatMap(AnatomicalAxis.init(rawValue:)).map {
        .fieldOfViewLong(axis: $0, fieldOfView: numbers[1])
      }
    case ("units-converted", 1): return .unitsConverted(millimetresPerUnit: numbers[0])
    case ("fov-short", 3):
      return Int(exactly: numbers[0]).flatMap(AnatomicalAxis.init(rawValue:)).map {
        .fieldOfViewShort(axis: $0, fieldOfView: numbers[1], expected: numbers[2])
      }
    default: return nil
    }
  }
}

extension JSON {
  fileprivate var text: String? { if case .string(let text) = self { text } else { nil } }
  fileprivate var number: Double? {
    if case .number(let number) = self { number.double } else { nil }
  }

  fileprivate var numbers: [Double]? {
    guard case .array(let elements) = self else { return nil }
    let numbers = elements.compactMap(\.number)
    return numbers.count == elements.count ? numbers : nil
  }
}
