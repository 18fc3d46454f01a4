internal import Embeddings
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

  /// A stamp of now.
  public init() {
    let random = (0..<2).map { _ in UInt64.random(in: .min ... .max) }
    id = "dx_" + random.map { String($0 | 1 << 63, radix: 16) }.joined()
    createdAt = Timestamp.now()
  }
}

/// The body of a diagnosis: the same for the route and for `brgsa diagnose --json`.
public enum DiagnosisBody {
  /// Identical requests give identical bytes but for `id`, `created_at` and `timings_ms`.
  ///
  /// - Parameters:
  ///   - received: Time in which the upload came; nil on the command line.
  ///   - total: From the end of the request's head to now.
  public static func json(
    _ diagnosis: Diagnosis, model: LoadedModel, view: DiagnosisView, stamp: DiagnosisStamp,
    received: Duration?, total: Duration
  ) -> JSON {
    var members: [(key: String, value: JSON)] = [
      ("id", .string(stamp.id)), ("created_at", .string(stamp.createdAt)),
      ("volume", volume(diagnosis)),
      ("model", ModelBody.json(model, calibration: diagnosis.calibration)),
      ("findings", .array(diagnosis.findings.map { finding($0, view) })),
    ]
    if view.includesEmbedding {
      members.append(("embedding", .array(diagnosis.embedding.direct.values.map(JSON.float))))
    }
    members.append(("timings_ms", timings(diagnosis.timings, received: received, total: total)))
    members.append(("notice", .string(ModelBody.notice(model))))
    return .object(JSONObject(members))
  }

  /// A warning about the volume in words.
  public static func warning(_ warning: VolumeWarning) -> JSON {
    ["code": .string(warning.code), "detail": .string(words(for: warning))]
  }

  /// HU statistics of the whole file.
  public static func intensity(_ intensity: IntensitySummary, _ scaling: VoxelScaling) -> JSON {
    [
      "unit": "HU", "slope": .double(scaling.slope), "intercept": .double(scaling.intercept),
      "min": .float(intensity.minimum), "max": .float(intensity.maximum),
      "p01": .float(intensity.percentile1), "p99": .float(intensity.percentile99),
    ]
  }

  private static func volume(_ diagnosis: Diagnosis) -> JSON {
    [
      "id": .string(diagnosis.volumeID), "format": .string(diagnosis.volume.format),
      "shape": .array(diagnosis.volume.shape.map(JSON.integer)),
      "spacing_mm": .array(diagnosis.volume.spacing.map { .float(Float($0)) }),
      "orientation": .string(diagnosis.volume.orientation),
      "intensity": intensity(diagnosis.intensity, diagnosis.volume.scaling),
      "warnings": .array(diagnosis.warnings.map(warning)),
    ]
  }

  private static func finding(_ finding: Finding, _ view: DiagnosisView) -> JSON {
    var members: [(key: String, value: JSON)] = [
      ("rank", .integer(finding.rank)), ("index", .integer(finding.index)),
      ("label", .string(finding.prompt.label)),
    ]
    if finding.prompt.texts.count == 1 {
      members.append(("text", .string(finding.prompt.texts[0])))
    } else {
      members.append(("texts", .array(finding.prompt.texts.map(JSON.string))))
    }
    members += [
      ("score", .float(finding.score)), ("score_kind", "cosine_mean"),
      ("components", components(finding, view)),
    ]
    if finding.scores.count > 1 { members.append(("stability", stability(finding))) }
    members += [
      ("margin", .optional(finding.margin, JSON.float)), ("percentile", nil),
      ("threshold", .optional(finding.threshold, JSON.float)),
      ("positive", .optional(finding.isPositive, JSON.bool)), ("tokens", .integer(finding.tokens)),
      ("truncated", .bool(finding.isTruncated)),
    ]
    return .object(JSONObject(members))
  }

  private static func components(_ finding: Finding, _ view: DiagnosisView) -> JSON {
    var members: [(key: String, value: JSON)] = [
      ("direct", .float(finding.mean(\.direct))), ("bridged", .float(finding.mean(\.bridged))),
    ]
    if view.showsAllComponents {
      members += [
        ("direct_bridged_text", .float(finding.mean(\.directBridgedText))),
        ("bridged_both", .float(finding.mean(\.bridgedBoth))),
      ]
    }
    return .object(JSONObject(members))
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
    var members = received.map { [(key: "receive", value: JSON.integer($0.milliseconds))] } ?? []
    members += timings.stages.map { (key: $0.name, value: JSON.integer($0.time.milliseconds)) }
    members.append(("total", .integer(total.milliseconds)))
    return .object(JSONObject(members))
  }

  private static func words(for warning: VolumeWarning) -> String {
    switch warning {
    case .orientationAssumed:
      "The file has neither sform nor qform; its axes were taken as left, posterior, superior."
    case .unitsConverted(let factor): "Lengths were converted to mm by the factor \(factor)."
    case .unitsAssumedMillimetres: "The file names no unit of length; mm were assumed."
    case .qformSformConflict: "qform and sform disagree; the sform was used."
    case .fieldOfViewShort(let axis, let found, let expected):
      "Field of view \(Int(found.rounded())) mm along \(axis); the model expects \(Int(expected.rounded())) mm."
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

extension Duration {
  /// Whole milliseconds, rounded down.
  package var milliseconds: Int {
    Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
  }
}
