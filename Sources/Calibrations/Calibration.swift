internal import Encoders
internal import Formats
internal import Hashing
internal import StrictJSON
public import Tensors

/// Thresholds of a model's findings, measured on a cohort with known findings. The format is `brgsa-calibration/1`.
///
/// A threshold belongs to one text and one model, because cosines of another text or of other
/// weights have another range. ``LoadedCalibration`` checks whether a calibration fits a model.
public struct Calibration: Sendable, Equatable {
  /// 1 to 64 letters a–z, digits and hyphens. It does not start with a hyphen, and is neither `none` nor `model`.
  public let name: String
  /// The fingerprint of the model that computed the scores.
  public let modelSHA256: String
  /// The arithmetic for which the thresholds were measured or checked; at least one.
  public let computes: [Compute]
  /// How the thresholds were chosen, for example `closest-to-corner`.
  public let method: String
  /// The cohort of the scores.
  public let cohort: Cohort
  /// 1 to ``thresholdLimit`` thresholds, each for a different text.
  public let thresholds: [Threshold]
  /// The stored document, at most ``byteLimit`` bytes.
  public let bytes: [UInt8]
  /// SHA-256 of ``bytes`` in hexadecimal.
  public let sha256: String

  /// The studies that the thresholds come from.
  public struct Cohort: Sendable, Equatable {
    /// The cohort's name.
    public let name: String
    /// Number of studies.
    public let studies: Int
    /// Further remarks for readers; may be empty.
    public let note: String

    /// Describes a cohort; ``Calibration`` checks it.
    public init(name: String, studies: Int, note: String) {
      self.name = name
      self.studies = studies
      self.note = note
    }
  }

  /// The threshold of one text.
  public struct Threshold: Sendable, Equatable {
    /// The abnormality's name, for readers.
    public let label: String
    /// The text that is encoded, in the form of the model's template.
    public let text: String
    /// A finding is positive if its score is greater than this number, −1 to 1. It is a float32
    /// like the scores, so that equal numbers compare as equal however they were written.
    public let threshold: Float
    /// Number of studies with a known label.
    public let studies: Int
    /// Number of these studies that have the abnormality.
    public let positives: Int
    /// Share of the positive studies whose scores are above the threshold, 0 to 1.
    public let sensitivity: Double?
    /// Share of the other studies whose scores are not above the threshold, 0 to 1.
    public let specificity: Double?

    /// Describes a threshold; ``Calibration`` checks it.
    public init(
      label: String, text: String, threshold: Float, studies: Int, positives: Int,
      sensitivity: Double? = nil, specificity: Double? = nil
    ) {
      self.label = label
      self.text = text
      self.threshold = threshold
      self.studies = studies
      self.positives = positives
      self.sensitivity = sensitivity
      self.specificity = specificity
    }
  }

  /// Maximum size in bytes of a document.
  public static let byteLimit = 64 << 10
  /// Maximum number of thresholds in a document.
  public static let thresholdLimit = 256
  /// Maximum number of UTF-8 bytes of one text.
  public static let textByteLimit = 2048
  /// Reserved names: `none` for no thresholds, and `model` for the model's own calibration.
  public static let reservedNames: Set<String> = ["none", "model"]
  /// Name of the calibration's file next to the weights.
  public static let fileName = "calibration.json"

  /// The document's format; other formats are refused.
  static let format = "brgsa-calibration/1"
  /// The score that thresholds are compared with: the mean of cos(v, t) and cos(v̂, t), where v is
  /// the volume's embedding, v̂ its bridge, and t the text's embedding.
  static let score = "cosine_mean"

  /// Makes a calibration, with the same checks as for a document that is read.
  ///
  /// - Throws: ``CalibrationError``.
  public init(
    name: String, modelSHA256: String, computes: [Compute] = [.f32], method: String,
    cohort: Cohort, thresholds: [Threshold]
  ) throws(CalibrationError) {
    let document: JSON = [
      "format": .string(Self.format), "name": .string(name),
      "model_sha256": .string(modelSHA256), "score": .string(Self.score),
      "computes": computes == [.f32] ? nil : .array(computes.map { .string($0.rawValue) }),
      "method": .string(method), "cohort": cohort.json,
      "thresholds": .array(thresholds.map(\.json)),
    ]
    let pretty = document.prettyBytes
    try self.init(parsing: pretty.count <= Self.byteLimit ? pretty : document.bytes)
  }

  /// Reads a document completely.
  ///
  /// - Throws: ``CalibrationError``, which contains a JSON Pointer but none of the document's text.
  public init(parsing bytes: [UInt8]) throws(CalibrationError) {
    let root = try CalibrationReader.document(bytes)
    name = try root.member("name").name()
    modelSHA256 = try root.member("model_sha256").digest()
    computes = try root["computes"]?.computes() ?? [.f32]
    method = try root.member("method").text(least: 1)
    cohort = try Cohort(root.member("cohort"))
    thresholds = try root.member("thresholds").thresholds()
    self.bytes = bytes
    sha256 = hexadecimal(SHA256.hash(data: bytes))
  }
}

extension Calibration {
  /// True if a calibration may have this name.
  public static func isName(_ text: String) -> Bool {
    let hyphen = UInt8(ascii: "-")
    let isSpelled = text.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == hyphen
    }
    return isSpelled && (1...64).contains(text.utf8.count) && text.utf8.first != hyphen
      && !reservedNames.contains(text)
  }
}

extension Calibration.Cohort {
  fileprivate var json: JSON {
    ["name": .string(name), "studies": .integer(studies), "note": .string(note)]
  }
}

extension Calibration.Threshold {
  fileprivate var json: JSON {
    [
      "label": .string(label), "text": .string(text), "threshold": .float(threshold),
      "studies": .integer(studies), "positives": .integer(positives),
      "sensitivity": sensitivity.map(JSON.double), "specificity": specificity.map(JSON.double),
    ]
  }
}
