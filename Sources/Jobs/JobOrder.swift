internal import CheckedNumbers
public import Inference
public import StrictJSON

/// Describes a diagnosis to make. The order is stored, so that it survives a restart.
public struct JobOrder: Sendable, Equatable {
  /// The source of a job's volume.
  public enum Volume: Sendable, Equatable {
    /// An uploaded file, stored under the job's id.
    case upload(Upload)
    /// A volume in the store, identified by its id.
    case stored(id: String)
  }

  /// An uploaded file that is stored under the job's id.
  public struct Upload: Sendable, Equatable {
    /// The length in bytes.
    public let byteCount: Int
    /// SHA-256 of the file's bytes; 32 bytes.
    public let sha256: [UInt8]
    /// The file's media type; nil if the client did not state one.
    public let contentType: String?
    /// The lengths in bytes of the DICOM files in the upload, in the same order as the files. Empty for a single file.
    public let parts: [Int]

    /// Makes a description of an uploaded file.
    public init(byteCount: Int, sha256: [UInt8], contentType: String?, parts: [Int]) {
      self.byteCount = byteCount
      self.sha256 = sha256
      self.contentType = contentType
      self.parts = parts
    }
  }

  /// The volume to diagnose.
  public let volume: Volume
  /// The prompts for the findings to look for.
  public let prompts: [Prompt]
  /// How many findings to return, highest scores first; nil for all findings.
  public let topK: Int?
  /// The name of the calibration; nil for the service's default calibration. The name is resolved when the job runs.
  public let calibration: String?
  /// Whether the result contains the volume's embedding.
  public let includesEmbedding: Bool
  /// Whether the result also contains components that the score does not use (ablations).
  public let showsAllComponents: Bool

  /// Makes an order.
  public init(
    volume: Volume, prompts: [Prompt], topK: Int? = nil, calibration: String? = nil,
    includesEmbedding: Bool = false, showsAllComponents: Bool = false
  ) {
    self.volume = volume
    self.prompts = prompts
    self.topK = topK
    self.calibration = calibration
    self.includesEmbedding = includesEmbedding
    self.showsAllComponents = showsAllComponents
  }
}

extension JobOrder {
  /// The JSON to store.
  var json: JSON {
    let source: JSON =
      switch volume {
      case .upload(let upload): ["upload": upload.json]
      case .stored(let id): ["id": .string(id)]
      }
    return [
      "volume": source, "prompts": .array(prompts.map(\.json)),
      "top_k": .optional(topK, JSON.integer),
      "calibration": .optional(calibration, JSON.string),
      "include_embedding": .bool(includesEmbedding), "all_components": .bool(showsAllComponents),
    ]
  }

  /// Reads the stored ``json``.
  init?(_ json: JSON) {
    guard let source = json["volume"], let prompts = json["prompts"]?.all(Prompt.init),
      let includesEmbedding = json["include_embedding"]?.bool,
      let showsAllComponents = json["all_components"]?.bool
    else { return nil }
    let upload = source["upload"].flatMap(Upload.init).map(Volume.upload)
    guard let volume = upload ?? source["id"]?.text.map({ .stored(id: $0) }) else { return nil }
    self.init(
      volume: volume, prompts: prompts, topK: json["top_k"]?.integer(),
      calibration: json["calibration"]?.text, includesEmbedding: includesEmbedding,
      showsAllComponents: showsAllComponents)
  }
}

extension JobOrder.Upload {
  /// The JSON to store.
  public var json: JSON {
    [
      "bytes": .integer(byteCount), "sha256": .array(sha256.map { .integer(Int($0)) }),
      "type": .optional(contentType, JSON.string), "parts": .array(parts.map(JSON.integer)),
    ]
  }

  /// Reads the stored ``json``.
  public init?(_ json: JSON) {
    guard let byteCount = json["bytes"]?.integer(in: 0...JSONNumber.exactIntegers.upperBound),
      let sha256 = json["sha256"]?.all({ $0.integer(in: 0...255).flatMap(UInt8.init(exactly:)) }),
      sha256.count == 32,
      // Jobs from earlier versions do not have this member.
      let parts = (json["parts"] ?? []).all({ $0.integer(in: 0...byteCount) }),
      parts.isEmpty || parts.checkedSum == byteCount
    else { return nil }
    self.init(
      byteCount: byteCount, sha256: sha256, contentType: json["type"]?.text, parts: parts)
  }
}

extension Prompt {
  fileprivate var json: JSON {
    [
      "label": .string(label), "texts": .array(texts.map(JSON.string)),
      "negative": .optional(negative, JSON.string), "from_term": .bool(isFromTerm),
    ]
  }

  fileprivate init?(_ json: JSON) {
    guard let label = json["label"]?.text, let texts = json["texts"]?.texts,
      let isFromTerm = json["from_term"]?.bool
    else { return nil }
    self.init(
      label: label, texts: texts, negative: json["negative"]?.text, isFromTerm: isFromTerm)
  }
}
