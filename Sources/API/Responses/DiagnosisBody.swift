internal import Archives
internal import Calibrations
internal import CheckedNumbers
internal import Embeddings
internal import Formats
public import Inference
public import StrictJSON
public import Volumes

/// Options of the answer that do not change the numbers.
public struct DiagnosisView: Sendable {
  /// Whether the volume's embedding is shown.
  public var includesEmbedding: Bool
  /// Whether the ablations are shown.
  public var showsAllComponents: Bool

  /// An answer with or without its optional members.
  public init(includesEmbedding: Bool = false, showsAllComponents: Bool = false) {
    self.includesEmbedding = includesEmbedding
    self.showsAllComponents = showsAllComponents
  }
}

/// What is new in each answer.
public struct DiagnosisStamp: Sendable {
  /// `dx_` and 32 hexadecimal digits with 126 random bits.
  public let id: String
  /// RFC 3339, UTC.
  public let createdAt: String
  /// The same in seconds since 1970.
  let seconds: Int

  /// A stamp of now.
  public init() {
    id = RandomID.make(prefix: "dx_")
    seconds = Timestamp.seconds()
    createdAt = Timestamp.rfc3339(secondsSince1970: seconds)
  }
}

/// The body of a diagnosis: the same for the route and for `brgsa diagnose --json`.
public enum DiagnosisBody {
  /// Identical requests give identical bytes but for `id`, `created_at`, `cache`, `timings_ms` and
  /// `percentile`.
  ///
  /// - Parameters:
  ///   - received: Time in which the upload came; nil on the command line.
  ///   - total: From the end of the request's head to now.
  public static func json(
    _ diagnosis: Diagnosis, model: LoadedModel, view: DiagnosisView, stamp: DiagnosisStamp,
    received: Duration?, total: Duration
  ) -> JSON {
    [
      "id": .string(stamp.id), "created_at": .string(stamp.createdAt),
      "volume": .object(volume(diagnosis.volume.id, diagnosis.volume.description)),
      "model": .object(ModelBody.json(model, calibration: diagnosis.calibration)),
      "findings": .array(diagnosis.findings.map { finding($0, view) }),
      "embedding": view.includesEmbedding
        ? .array(diagnosis.volume.embedding.direct.values.map(JSON.float)) : nil,
      "cache": cache(diagnosis.cache),
      "timings_ms": timings(diagnosis.timings, received: received, total: total),
      "notice": .string(model.notice),
    ]
  }

  /// A warning about the volume in words.
  public static func warning(_ warning: VolumeWarning) -> JSON {
    ["code": .string(warning.code), "detail": .string(words(for: warning))]
  }

  /// HU statistics of the whole file.
  public static func intensity(
    _ intensity: IntensitySummary, slope: Double, intercept: Double
  ) -> JSON {
    [
      "unit": "HU", "slope": .double(slope), "intercept": .double(intercept),
      "min": .float(intensity.minimum), "max": .float(intensity.maximum),
      "p01": .float(intensity.percentile1), "p99": .float(intensity.percentile99),
    ]
  }

  /// What is known of a volume.
  static func volume(_ id: String, _ description: VolumeDescription) -> JSONObject {
    [
      "id": .string(id), "format": .string(description.format),
      "shape": .array(description.shape.map(JSON.integer)),
      "spacing_mm": .array(description.spacing.map { .float(Float($0)) }),
      "orientation": .string(description.orientation),
      "intensity": intensity(
        description.intensity, slope: description.slope, intercept: description.intercept),
      "domain": .optional(description.domain, domain),
      "warnings": .array(description.warnings.map(warning)),
    ]
  }

  /// How far a volume lies from the domain of the model that encoded it.
  private static func domain(_ domain: DomainDistance) -> JSON {
    [
      "distance": domain.distance.isFinite ? .float(Float(domain.distance)) : .null,
      "limit": .float(Float(domain.limit)), "inside": .bool(domain.isInside),
    ]
  }

  private static func cache(_ cache: CacheUse) -> JSON {
    [
      "volume": cache.isVolumeHit ? "hit" : "miss", "stored": .bool(cache.isStored),
      "prompts": ["hit": .integer(cache.promptHits), "miss": .integer(cache.promptMisses)],
    ]
  }

  private static func finding(_ finding: Finding, _ view: DiagnosisView) -> JSON {
    let texts = finding.prompt.texts
    return [
      "rank": .integer(finding.rank), "index": .integer(finding.index),
      "label": .string(finding.prompt.label),
      "text": texts.count == 1 ? .string(texts[0]) : nil,
      "texts": texts.count == 1 ? nil : .array(texts.map(JSON.string)),
      "score": .float(finding.score), "score_kind": "cosine_mean",
      "components": components(finding, view),
      "stability": finding.scores.count > 1 ? stability(finding) : nil,
      "margin": .optional(finding.margin, JSON.float),
      "percentile": .optional(finding.percentile, JSON.double),
      "threshold": .optional(finding.threshold, JSON.float),
      "positive": .optional(finding.isPositive, JSON.bool),
      "decision": .string(finding.decision.rawValue), "tokens": .integer(finding.tokens),
      "truncated": .bool(finding.isTruncated),
    ]
  }

  private static func components(_ finding: Finding, _ view: DiagnosisView) -> JSON {
    let showsAll = view.showsAllComponents
    return [
      "direct": .float(finding.mean(\.direct)), "bridged": .float(finding.mean(\.bridged)),
      "direct_bridged_text": showsAll ? .float(finding.mean(\.directBridgedText)) : nil,
      "bridged_both": showsAll ? .float(finding.mean(\.bridgedBoth)) : nil,
    ]
  }

  /// How far the wordings of one finding lie apart.
  private static func stability(_ finding: Finding) -> JSON {
    let scores = finding.scores.map(\.mean)
    let spread = (scores.max() ?? 0) - (scores.min() ?? 0)
    return ["spread": .float(spread), "scores": .array(scores.map(JSON.float))]
  }

  private static func timings(
    _ timings: StageTimings, received: Duration?, total: Duration
  ) -> JSON {
    let stages = timings.stages + [("total", total)]
    return .members(
      (received.map { [("receive", $0)] + stages } ?? stages)
        .map { ($0.0, .integer($0.1.milliseconds)) })
  }

  private static func words(for fault: HounsfieldFault) -> String {
    switch fault {
    case .rescaledTwice:
      "Air is near -2000 HU, as if the intercept had been subtracted twice. Add 1024, or set the file's intercept to 0."
    case .notRescaled:
      "Air is near 0 HU, as if the intercept had been lost. Set the file's intercept (scl_inter) to -1024."
    case .windowed:
      "All values are from 0 to 255, like a screen image. Convert the original series again."
    case .inverted: "Air is near +1000 HU. Set the file's slope (scl_slope) to -1."
    case .other: "The values do not look like HU of a body: no tissue near 0. Is this a CT?"
    }
  }

  /// With one decimal.
  private static func tenths(_ value: Double) -> String {
    let tenths = Int(nearest: value * 10, clampedTo: 0...1_000_000_000)
    return "\(tenths / 10).\(tenths % 10)"
  }

  /// Whole millimetres.
  private static func millimetres(_ length: Double) -> Int {
    Int(nearest: length, clampedTo: 0...1_000_000_000)
  }

  /// Millimetres with at most three decimals.
  private static func decimals(_ length: Double) -> String {
    let thousandths = Int(nearest: length * 1000, clampedTo: -1_000_000_000...1_000_000_000)
    return "\(Double(thousandths) / 1000)"
  }

  /// What a warning says, without its code.
  public static func words(for warning: VolumeWarning) -> String {
    switch warning {
    case .orientationAssumed:
      "The file has neither sform nor qform; its axes were assumed to be left, posterior, superior."
    case .unitsConverted(let factor): "Lengths were converted to mm by the factor \(factor)."
    case .unitsAssumedMillimetres: "The file names no unit of length; mm were assumed."
    case .qformSformConflict: "qform and sform disagree; the sform was used."
    case .spacingConflict(let axis, let pixdim, let affine):
      "pixdim[\(axis)] is \(decimals(pixdim)) mm, and the sform's voxels are \(decimals(affine)) mm apart along this axis; the sform was used. Find out which one is right, and correct the other."
    case .fieldOfViewLong(let axis, let found):
      "Field of view \(millimetres(found)) mm along \(axis), more than a scanner or a chest. Check the spacing, or crop the volume to the chest."
    case .hounsfieldImplausible(let fault): words(for: fault)
    case .lungMissing:
      "Less than 5 % of the body has the density of lung. Is this a chest? The model knows only chests."
    case .seriesChosen(let count, let comparison): words(for: comparison, of: count)
    case .outsideDomain(let about, let distance, let limit):
      "The volume is unlike \(about), which this model was made for (distance \(Self.tenths(distance)), limit \(Self.tenths(limit))). Therefore no finding is called positive or negative."
    case .domainUnknown:
      "It was not measured whether the volume is like the data that this model was made for. Therefore no finding is called positive or negative. Send the file again."
    case .slicesRepeated(let count):
      "\(count) slices equal the one before. Check how the stack was assembled."
    case .slicesMissing(let slice, let places):
      "Between slices \(slice + 1) and \(slice + 2) the body changes much more than around them\(places > 1 ? ", and also at \(places - 1) more places" : ""): slices may be missing. Compare the number of slices with the series, and export it again."
    case .fieldOfViewShort(let axis, let found, let expected):
      "Field of view \(millimetres(found)) mm along \(axis); the model expects \(millimetres(expected)) mm."
    }
  }
}

extension StageTimings {
  /// The stages by the names that they have in answers and in `Server-Timing`.
  var stages: [(name: String, time: Duration)] {
    [
      ("queue", queue), ("decode", decode), ("preprocess", preprocess),
      ("encode_volume", encodeVolume), ("encode_text", encodeText), ("score", score),
    ]
  }
}
