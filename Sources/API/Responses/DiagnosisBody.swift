internal import Archives
internal import Calibrations
public import Diagnoses
internal import Embeddings
internal import Encoders
internal import Formats
public import Inference
public import StrictJSON
public import Volumes

/// Options that add members to a response. They do not change its other members.
public struct DiagnosisView: Sendable {
  /// True to include the volume's embedding.
  public var includesEmbedding: Bool
  /// True to include the components that the score does not use, for ablations.
  public var showsAllComponents: Bool

  /// Makes options.
  public init(includesEmbedding: Bool = false, showsAllComponents: Bool = false) {
    self.includesEmbedding = includesEmbedding
    self.showsAllComponents = showsAllComponents
  }
}

/// The values that are unique to each diagnosis.
public struct DiagnosisStamp: Sendable {
  /// The diagnosis's id: `dx_` followed by 32 hexadecimal digits with 126 random bits.
  public let id: String
  /// The creation time in RFC 3339 format, in UTC.
  public let createdAt: String
  /// The creation time in seconds since 1970.
  let seconds: Int

  /// Makes a new id with the current time.
  public init() {
    id = RandomID.make(prefix: "dx_")
    seconds = Timestamp.seconds()
    createdAt = Timestamp.rfc3339(secondsSince1970: seconds)
  }
}

extension StoredDiagnosis {
  /// Makes the response of the route, which `brgsa diagnose --json` also prints. Identical requests give identical
  /// bytes, except for `id`, `created_at`, `cache`, `timings_ms` and `percentile`.
  ///
  /// - Parameters:
  ///   - received: The time that the upload took to arrive; nil on the command line.
  ///   - total: The time since the end of the request's head.
  public init(
    _ diagnosis: Diagnosis, model: LoadedModel, view: DiagnosisView, stamp: DiagnosisStamp,
    received: Duration?, total: Duration
  ) {
    let cache = diagnosis.cache
    let stages = diagnosis.timings.stages + [("total", total)]
    let times = received.map { [("receive", $0)] + stages } ?? stages
    self.init(
      id: stamp.id, createdAt: stamp.createdAt,
      volume: DiagnosisBody.volume(diagnosis.volume.id, diagnosis.volume.description),
      model: ModelBody.json(model, calibration: diagnosis.calibration),
      findings: diagnosis.findings.map { StoredFinding($0, model, view) },
      details: [
        "embedding": view.includesEmbedding
          ? .array(diagnosis.volume.embedding.direct.values.map(JSON.float)) : nil,
        "cache": [
          "volume": cache.isVolumeHit ? "hit" : "miss", "stored": .bool(cache.isStored),
          "prompts": ["hit": .integer(cache.promptHits), "miss": .integer(cache.promptMisses)],
        ],
        "timings_ms": .members(times.map { ($0.0, .integer($0.1.milliseconds)) }),
      ], notice: model.notice)
  }
}

extension StoredFinding {
  fileprivate init(_ finding: Finding, _ model: LoadedModel, _ view: DiagnosisView) {
    let scores = finding.textScores
    let hasSeveral = scores.count > 1
    let hasBridges = model.model.configuration.bank != nil
    let showsAll = view.showsAllComponents && hasBridges
    let negative = model.scorer.needsNegative ? finding.negative?.direct : nil
    self.init(
      rank: finding.rank, index: finding.index, label: finding.prompt.label,
      texts: finding.prompt.texts, scoreKind: model.model.configuration.score.kind,
      figures: [
        .score: JSONNumber(finding.score), .direct: JSONNumber(finding.mean(\.direct)),
        .bridged: hasBridges ? JSONNumber(finding.mean(\.bridged)) : nil,
        .negative: negative.flatMap(JSONNumber.init),
        .directBridgedText: showsAll ? JSONNumber(finding.mean(\.directBridgedText)) : nil,
        .bridgedBoth: showsAll ? JSONNumber(finding.mean(\.bridgedBoth)) : nil,
        .spread: hasSeveral ? JSONNumber((scores.max() ?? 0) - (scores.min() ?? 0)) : nil,
        .margin: finding.margin.flatMap(JSONNumber.init),
        .percentile: finding.percentile.flatMap(JSONNumber.init),
        .threshold: finding.threshold.flatMap(JSONNumber.init),
      ].compactMapValues(\.self), textScores: hasSeveral ? scores.map(JSON.float) : [],
      isPositive: finding.isPositive, decision: finding.decision, tokens: finding.tokens,
      isTruncated: finding.isTruncated)
  }
}

/// Describes volumes in responses and on the command line.
public enum DiagnosisBody {
  /// Returns a warning's code and explanation.
  public static func warning(_ warning: VolumeWarning) -> JSON {
    ["code": .string(warning.code), "detail": .string(warning.detail)]
  }

  /// Returns the intensity statistics of the whole file, in HU.
  public static func intensity(
    _ intensity: IntensitySummary, slope: Double, intercept: Double
  ) -> JSON {
    [
      "unit": "HU", "slope": .double(slope), "intercept": .double(intercept),
      "min": .float(intensity.minimum), "max": .float(intensity.maximum),
      "p01": .float(intensity.percentile1), "p99": .float(intensity.percentile99),
    ]
  }

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

  /// Returns a volume's distance from the domain of the model that encoded it.
  private static func domain(_ domain: DomainDistance) -> JSON {
    [
      "distance": domain.distance.isFinite ? .float(Float(domain.distance)) : .null,
      "limit": .float(Float(domain.limit)), "inside": .bool(domain.isInside),
    ]
  }
}

extension StageTimings {
  /// The stages with the names that responses and `Server-Timing` use.
  var stages: [(name: String, time: Duration)] {
    [
      ("queue", queue), ("decode", decode), ("preprocess", preprocess),
      ("encode_volume", encodeVolume), ("encode_text", encodeText), ("score", score),
    ]
  }
}
