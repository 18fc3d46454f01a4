internal import Encoders
internal import Formats
internal import Hashing
internal import StrictJSON
public import Tensors

/// The score thresholds for a model's findings, measured on a cohort with known findings. The format is
/// `brgsa-calibration/1`.
///
/// A threshold belongs to one text and one model, because the range of cosines depends on both. ``LoadedCalibration``
/// checks whether a calibration fits a model.
public struct Calibration: Sendable, Equatable {
  /// The name: 1 to 64 letters a–z, digits and hyphens. It must not start with a hyphen or be one of ``reservedNames``.
  public let name: String
  /// The fingerprint of the model that computed the scores.
  public let modelSHA256: String
  /// The kinds of arithmetic for which the thresholds were measured or checked. There is at least one.
  public let computes: [Compute]
  /// The kind of score that is compared with the thresholds, such as `cosine_mean`.
  public let score: String
  /// The method that chose the thresholds, for example `closest-to-corner`.
  public let method: String
  /// The cohort on which the thresholds were measured.
  public let cohort: Cohort
  /// 1 to ``thresholdLimit`` thresholds, each for a different text.
  public let thresholds: [Threshold]
  /// The document as stored, at most ``byteLimit`` bytes.
  public let bytes: [UInt8]
  /// SHA-256 of ``bytes``, in hexadecimal digits.
  public let sha256: String

  /// The studies on which the thresholds were measured.
  public struct Cohort: Sendable, Equatable {
    /// The cohort's name.
    public let name: String
    /// The number of studies.
    public let studies: Int
    /// Remarks for readers; may be empty.
    public let note: String

    /// Makes a cohort. ``Calibration`` checks it.
    public init(name: String, studies: Int, note: String) {
      self.name = name
      self.studies = studies
      self.note = note
    }
  }

  /// The threshold of one text.
  public struct Threshold: Sendable, Equatable {
    /// The name of the abnormality, for readers.
    public let label: String
    /// The text that the model encodes, in the form of the model's template.
    public let text: String
    /// The text that denies the finding, if the model scores pairs of texts; otherwise nil.
    public let negative: String?
    /// The threshold, from −1 to 1. A finding is positive if its score is greater than this number. The threshold is a
    /// float32 like the scores. Numbers that round to the same float32 are therefore equal, however the document writes
    /// them.
    public let threshold: Float
    /// The number of studies whose label is known.
    public let studies: Int
    /// The number of these studies that have the abnormality.
    public let positives: Int
    /// The fraction of positive studies with a score above the threshold, from 0 to 1; nil if unknown.
    public let sensitivity: Double?
    /// The fraction of negative studies with a score not above the threshold, from 0 to 1; nil if unknown.
    public let specificity: Double?

    /// Makes a threshold. ``Calibration`` checks it.
    public init(
      label: String, text: String, negative: String? = nil, threshold: Float, studies: Int,
      positives: Int, sensitivity: Double? = nil, specificity: Double? = nil
    ) {
      self.label = label
      self.text = text
      self.negative = negative
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
  /// Maximum size of one text in UTF-8 bytes.
  public static let textByteLimit = 2048
  /// The names that no calibration may have. `none` means no thresholds, and `model` means the model's own calibration.
  public static let reservedNames: Set<String> = ["none", "model"]
  /// The name of the calibration file next to the model's weights.
  public static let fileName = "calibration.json"

  /// The supported document format. Documents with other formats are refused.
  static let format = "brgsa-calibration/1"
  /// Makes a calibration. Applies the same checks as for a document that is read.
  ///
  /// - Throws: ``CalibrationError``.
  public init(
    name: String, modelSHA256: String, computes: [Compute] = [.f32],
    score: String = "cosine_mean", method: String, cohort: Cohort, thresholds: [Threshold]
  ) throws(CalibrationError) {
    let document: JSON = [
      "format": .string(Self.format), "name": .string(name),
      "model_sha256": .string(modelSHA256), "score": .string(score),
      "computes": computes == [.f32] ? nil : .array(computes.map { .string($0.rawValue) }),
      "method": .string(method), "cohort": cohort.json,
      "thresholds": .array(thresholds.map(\.json)),
    ]
    let pretty = document.prettyBytes
    try self.init(parsing: pretty.count <= Self.byteLimit ? pretty : document.bytes)
  }

  /// Reads a calibration from a document and checks it completely.
  ///
  /// - Throws: ``CalibrationError``. It contains a JSON Pointer, but no text from the document.
  public init(parsing bytes: [UInt8]) throws(CalibrationError) {
    let root = try CalibrationReader.document(bytes)
    name = try root.member("name").name()
    modelSHA256 = try root.member("model_sha256").digest()
    computes = try root["computes"]?.computes() ?? [.f32]
    let kind = try root.member("score").score()
    score = kind.rawValue
    method = try root.member("method").text(least: 1)
    cohort = try Cohort(root.member("cohort"))
    thresholds = try root.member("thresholds").thresholds(kind)
    self.bytes = bytes
    sha256 = hexadecimal(SHA256.hash(data: bytes))
  }
}

extension Calibration {
  /// Whether a calibration may have this name.
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
      "label": .string(label), "text": .string(text), "negative": negative.map(JSON.string),
      "threshold": .float(threshold),
      "studies": .integer(studies), "positives": .integer(positives),
      "sensitivity": sensitivity.map(JSON.double), "specificity": specificity.map(JSON.double),
    ]
  }
}
