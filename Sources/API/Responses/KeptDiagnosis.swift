internal import Calibrations
internal import Inference
internal import StrictJSON

/// A kept diagnosis, read again: what a structured report tells of it.
struct KeptDiagnosis: Sendable {
  let id: String
  /// YYYYMMDD, UTC.
  let date: String
  /// HHMMSS, UTC.
  let time: String
  let volumeID: String
  /// Code and words of each.
  let warnings: [String]
  let model: KeptModel
  let findings: [KeptFinding]
  /// What a score is not.
  let notice: String

  /// - Parameter document: What ``DiagnosisBody`` wrote.
  /// - Throws: ``Problem`` `internal` if it is something else.
  init(_ document: JSONObject) throws(Problem) {
    guard let id = document["id"]?.text,
      let (date, time) = document["created_at"]?.text.flatMap(Self.dateAndTime),
      let volume = document["volume"]?.object, let volumeID = volume["id"]?.text,
      let model = document["model"]?.object.flatMap(KeptModel.init),
      let findings = document["findings"]?.array,
      let notice = document["notice"]?.text
    else { throw .unreadableDiagnosis }
    self.id = id
    self.date = date
    self.time = time
    self.volumeID = volumeID
    self.model = model
    self.notice = notice
    let warnings = volume["warnings"]?.array?.compactMap(\.object) ?? []
    self.warnings = warnings.map { warning in
      ["code", "detail"].compactMap { warning[$0]?.text }.joined(separator: ": ")
    }
    self.findings = findings.compactMap(\.object).compactMap(KeptFinding.init)
    guard self.findings.count == findings.count else { throw .unreadableDiagnosis }
  }

  /// The digits of ``Timestamp``'s form of RFC 3339.
  private static func dateAndTime(_ text: String) -> (String, String)? {
    let digits = text.filter { $0.isASCII && $0.isNumber }
    guard text.hasSuffix("Z"), text.utf8.count == 20, digits.count == 14 else { return nil }
    return (String(digits.prefix(8)), String(digits.suffix(6)))
  }
}

/// The model that gave the scores.
struct KeptModel: Sendable {
  let name: String
  let version: String
  /// SHA-256 of weights, vocabulary and configuration.
  let sha256: String
  /// What else decides the numbers, `name=value` each.
  let parameters: [String]

  fileprivate init?(_ model: JSONObject) {
    guard let name = model["name"]?.text, let version = model["version"]?.text,
      let sha256 = model["sha256"]?.text
    else { return nil }
    self.name = name
    self.version = version
    self.sha256 = sha256
    let calibration = model["calibration"]?.object
    let values: [(String, String?)] = [
      ("sha256", sha256), ("recipe", model["recipe"]?.text), ("compute", model["compute"]?.text),
      ("calibration", calibration?["name"]?.text),
      ("calibration sha256", calibration?["sha256"]?.text),
    ]
    parameters = values.compactMap { name, value in value.map { "\(name)=\($0)" } }
  }
}

/// What one prompt got.
struct KeptFinding: Sendable {
  /// From 0 in the list of the prompts.
  let index: Int
  /// The label, or a replacement if the label is blank.
  let label: String
  /// The sentences that were encoded.
  let texts: [String]
  /// The score first; a figure that is `null` is left out.
  let figures: [(kind: FindingFigure, number: JSONNumber)]
  /// Whether the score is above the calibrated threshold; nil without one.
  let isPositive: Bool?
  /// Why thresholds do not hold for the volume; nil if they do.
  let reservation: String?
  /// Whether a sentence was longer than the model reads.
  let isTruncated: Bool

  /// More than any request has.
  static let indexLimit = 1 << 20

  fileprivate init?(_ finding: JSONObject) {
    guard case .number(let number)? = finding["index"],
      let index = number.integer(in: 0...Self.indexLimit),
      let label = finding["label"]?.text
    else { return nil }
    self.index = index
    let wordings = finding["texts"]?.array?.compactMap(\.text) ?? []
    texts = finding["text"]?.text.map { [$0] } ?? wordings
    self.label = ([label] + texts).first(where: \.showsSomething) ?? "finding \(index)"
    let places = [finding, finding["components"]?.object, finding["stability"]?.object]
      .compactMap(\.self)
    figures = FindingFigure.allCases.compactMap { kind in
      let value = places.lazy.compactMap { $0[kind.rawValue] }.first
      guard case .number(let number)? = value, let double = number.double, Float(double).isFinite
      else { return nil }
      return (kind, number)
    }
    guard figures.first?.kind == .score else { return nil }
    isPositive = finding["positive"]?.bool
    reservation = FindingDecision(rawValue: finding["decision"]?.text ?? "")?.reservation
    isTruncated = finding["truncated"]?.bool ?? false
  }
}

/// The numbers of a finding by the names that they have in JSON.
enum FindingFigure: String, Sendable, CaseIterable {
  case score
  case direct
  case bridged
  case directBridgedText = "direct_bridged_text"
  case bridgedBoth = "bridged_both"
  case spread
  case margin
  case percentile
  case threshold
}

extension Problem {
  /// The stored document is not a diagnosis of this program.
  static let unreadableDiagnosis = Problem(.internalError, "The stored diagnosis is unreadable.")
}

extension String {
  /// Whether it has more than blanks and control characters.
  fileprivate var showsSomething: Bool {
    unicodeScalars.contains {
      !$0.properties.isWhitespace && $0.properties.generalCategory != .control
    }
  }
}
