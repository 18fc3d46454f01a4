internal import CheckedNumbers
internal import SeriesFacts
internal import StrictJSON
internal import Volumes

extension VolumeDescription {
  /// The stored form of the description. Reading it restores all numbers bit by bit.
  package var document: [UInt8] {
    let json: JSON = [
      "format": .string(format), "shape": .array(shape.map(JSON.integer)),
      "spacing_mm": .array(spacing.map(JSON.double)), "orientation": .string(orientation),
      "affine": .optional(affine) { .array($0.map(JSON.double)) },
      "slope": .double(slope), "intercept": .double(intercept),
      "min": .float(intensity.minimum), "max": .float(intensity.maximum),
      "p01": .float(intensity.percentile1), "p99": .float(intensity.percentile99),
      "voxels": .integer(intensity.voxelCount),
      "domain": .optional(domain?.storable, Self.json),
      "warnings": .array(warnings.filter { !$0.isAboutDomain }.map(Self.json)),
    ]
    return json.bytes
  }

  /// Reads a stored description; nil if it is malformed or contains values that no accepted volume can have.
  ///
  /// The document may come from an imported archive, so it is not trusted. All values that are shown, summed or used
  /// for allocations must lie within ``VolumeLimits``.
  package init?(document: [UInt8]) {
    guard let object = (try? JSON(parsing: document))?.object,
      let format = object["format"]?.text, let orientation = object["orientation"]?.text,
      let shape = object["shape"]?.numbers, let spacing = object["spacing_mm"]?.numbers,
      shape.count == 3, spacing.count == 3,
      let slope = object["slope"]?.number, let intercept = object["intercept"]?.number,
      let minimum = object["min"]?.number, let maximum = object["max"]?.number,
      let percentile1 = object["p01"]?.number, let percentile99 = object["p99"]?.number,
      let voxels = object["voxels"]?.number, let warnings = object["warnings"]?.array
    else { return nil }
    let limits = VolumeLimits.standard
    let extents = shape.compactMap { Self.count($0, in: 1...limits.longestAxis) }
    let known = warnings.compactMap(Self.warning)
    let affine = object["affine"]?.numbers
    guard extents.count == 3, let all = extents.checkedProduct, all <= limits.voxels,
      spacing.allSatisfy(limits.spacing.contains), known.count == warnings.count,
      let count = Self.count(voxels, in: 0...limits.voxels),
      [minimum, maximum, percentile1, percentile99].allSatisfy({ Float($0).isFinite }),
      affine.map({ $0.count == 12 }) ?? true
    else { return nil }
    // Documents written by earlier versions contain no domain.
    var domain: DomainDistance?
    if let found = object["domain"], found != .null {
      guard let distance = Self.domain(found) else { return nil }
      domain = distance
    }
    self.init(
      format: format, shape: extents, spacing: spacing, orientation: orientation,
      affine: affine, slope: slope, intercept: intercept,
      intensity: IntensitySummary(
        minimum: Float(minimum), maximum: Float(maximum), percentile1: Float(percentile1),
        percentile99: Float(percentile99), voxelCount: count),
      warnings: known, domain: domain)
  }

  private static func json(_ domain: DomainDistance) -> JSON {
    [
      "model": .string(domain.model), "distance": .double(domain.distance),
      "limit": .double(domain.limit),
    ]
  }

  /// Reads a stored distance; nil if no model could have measured it.
  private static func domain(_ json: JSON) -> DomainDistance? {
    guard let model = json["model"]?.text, let distance = json["distance"]?.number,
      let limit = json["limit"]?.number,
      distance.isFinite, distance >= 0, limit.isFinite, limit > 0
    else { return nil }
    return DomainDistance(model: model, distance: distance, limit: limit)
  }

  /// The maximum number of slices or series in a warning.
  private static let mostParts = 1 << 20
  /// The allowed fields of view in a warning, in millimetres.
  private static let fieldOfView = 0...1e9

  private static func count(_ number: Double, in range: ClosedRange<Int>) -> Int? {
    Int(exactly: number).flatMap { range.contains($0) ? $0 : nil }
  }

  private static func json(_ warning: VolumeWarning) -> JSON {
    switch warning {
    case .orientationAssumed, .unitsAssumedMillimetres, .qformSformConflict:
      [.string(warning.code)]
    case .unitsConverted(let factor): [.string(warning.code), .double(factor)]
    case .spacingConflict(let axis, let pixdim, let affine):
      [.string(warning.code), .integer(axis), .double(pixdim), .double(affine)]
    case .fieldOfViewLong(let axis, let found):
      ["fov-long", .integer(axis.rawValue), .double(found)]
    case .hounsfieldImplausible(let fault): [.string(warning.code), .string(fault.rawValue)]
    case .lungMissing, .outsideDomain, .domainUnknown: [.string(warning.code)]
    case .seriesChosen(let count, let comparison):
      .array([.string(warning.code), .integer(count)] + (comparison?.elements ?? []))
    case .slicesRepeated(let count): [.string(warning.code), .integer(count)]
    case .slicesMissing(let slice, let places):
      [.string(warning.code), .integer(slice), .integer(places)]
    case .fieldOfViewShort(let axis, let found, let expected):
      ["fov-short", .integer(axis.rawValue), .double(found), .double(expected)]
    }
  }

  private static func warning(_ json: JSON) -> VolumeWarning? {
    guard let parts = json.array, let code = parts.first?.text else { return nil }
    let numbers = parts.dropFirst().compactMap(\.number)
    switch (code, numbers.count) {
    case ("orientation-assumed", 0): return .orientationAssumed
    case ("units-assumed-mm", 0): return .unitsAssumedMillimetres
    case ("qform-sform-conflict", 0): return .qformSformConflict
    case ("lung-missing", 0): return .lungMissing
    case ("slices-repeated", 1):
      return count(numbers[0], in: 0...mostParts).map { .slicesRepeated(count: $0) }
    case ("series-chosen", 1):
      guard let count = count(numbers[0], in: 0...mostParts) else { return nil }
      // Earlier versions stored only the number of series.
      guard parts.count > 2 else { return .seriesChosen(of: count) }
      return SeriesComparison(elements: parts.dropFirst(2)).map { .seriesChosen(of: count, $0) }
    case ("slices-missing", 2):
      guard let slice = count(numbers[0], in: 0...mostParts),
        let places = count(numbers[1], in: 0...mostParts)
      else { return nil }
      return .slicesMissing(after: slice, places: places)
    case ("hu-implausible", 0):
      return parts.last?.text.flatMap(HounsfieldFault.init(rawValue:))
        .map { .hounsfieldImplausible($0) }
    case ("fov-long", 2):
      guard let axis = axis(numbers[0]), fieldOfView.contains(numbers[1]) else { return nil }
      return .fieldOfViewLong(axis: axis, fieldOfView: numbers[1])
    case ("spacing-conflict", 3):
      guard let axis = count(numbers[0], in: 1...3), numbers[1...].allSatisfy(\.isFinite) else {
        return nil
      }
      return .spacingConflict(fileAxis: axis, pixdim: numbers[1], affine: numbers[2])
    case ("units-converted", 1): return .unitsConverted(millimetresPerUnit: numbers[0])
    case ("fov-short", 3):
      guard let axis = axis(numbers[0]), numbers[1...].allSatisfy(fieldOfView.contains) else {
        return nil
      }
      return .fieldOfViewShort(axis: axis, fieldOfView: numbers[1], expected: numbers[2])
    default: return nil
    }
  }

  private static func axis(_ number: Double) -> AnatomicalAxis? {
    Int(exactly: number).flatMap(AnatomicalAxis.init(rawValue:))
  }
}

extension SeriesComparison {
  /// The chosen series, followed by each skipped series with the reason.
  fileprivate var elements: [JSON] {
    func numbers(_ numbers: SeriesMeasure) -> [JSON] {
      [.integer(numbers.positions), .double(numbers.extent), .double(numbers.spacing)]
    }
    return [.array(numbers(taken))]
      + skipped.map { .array(numbers($0.measure) + [.string($0.rule.rawValue)]) }
  }

  /// Reads the elements; nil if they are malformed or impossible for a series.
  fileprivate init?(elements: some Collection<JSON>) {
    guard elements.count <= 1 + Self.mostSkipped, let first = elements.first,
      let taken = SeriesMeasure(first)
    else { return nil }
    let skipped = elements.dropFirst().compactMap { element -> SkippedSeries? in
      guard let measure = SeriesMeasure(element),
        let rule = element.array?.last?.text.flatMap(SeriesRule.init(rawValue:))
      else { return nil }
      return SkippedSeries(measure: measure, rule: rule)
    }
    guard skipped.count == elements.count - 1 else { return nil }
    self.init(taken: taken, skipped: skipped)
  }
}

extension SeriesMeasure {
  /// Reads the measurements at the start of an element.
  fileprivate init?(_ json: JSON) {
    guard let parts = json.array, parts.count <= 4 else { return nil }
    let numbers = parts.prefix(3).compactMap(\.number)
    let lengths = 0...1e7
    guard numbers.count == 3, let positions = Int(exactly: numbers[0]),
      (0...1_048_576).contains(positions), lengths.contains(numbers[1]),
      lengths.contains(numbers[2])
    else { return nil }
    self.init(positions: positions, extent: numbers[1], spacing: numbers[2])
  }
}
