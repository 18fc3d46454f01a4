internal import Encoders
public import StrictJSON
internal import Tensors

/// Reads a value of a calibration. Its errors contain the JSON Pointer of the faulty value.
typealias CalibrationReader = JSONReader<CalibrationError>

/// The kinds of score that a calibration can have thresholds of.
typealias ScoreKind = ModelConfiguration.ScoreRule.Form

extension CalibrationError: JSONRefusal {
  /// Converts a JSON error to the corresponding error of a calibration.
  public init(_ fault: JSONFault) {
    self =
      switch fault {
      case .syntax(let error): .json(error)
      case .unknownMember(_, let pointer, let known):
        .unknownMember(pointer: pointer, known: known)
      case .missing(let pointer): .member(pointer: pointer, reason: "is missing")
      case .unfit(let pointer, let wanted): .member(pointer: pointer, reason: "is not \(wanted)")
      }
  }
}

extension CalibrationReader {
  /// Parses a document and checks its size, its members and its format.
  static func document(_ bytes: [UInt8]) throws(CalibrationError) -> CalibrationReader {
    guard bytes.count <= Calibration.byteLimit else {
      throw .tooLarge(bytes: bytes.count, limit: Calibration.byteLimit)
    }
    let root = try CalibrationReader(parsing: bytes).object(
      required: ["format", "name", "model_sha256", "score", "method", "cohort", "thresholds"],
      optional: ["computes"])
    try root.member("format").require(Calibration.format)
    return root
  }

  /// Reads the kind of score.
  func score() throws(CalibrationError) -> ScoreKind {
    try value(ScoreKind.allCases.map(\.rawValue).joined(separator: " or ")) { json in
      json.text.flatMap(ScoreKind.init)
    }
  }

  private func require(_ wanted: String) throws(CalibrationError) {
    guard let found = json.text, found.utf8.elementsEqual(wanted.utf8) else { throw unfit(wanted) }
  }

  func name() throws(CalibrationError) -> String {
    try value(
      "an unreserved name of 1 to 64 of a–z, 0–9 and hyphen that starts with a letter or digit"
    ) { json in
      json.text.flatMap { Calibration.isName($0) ? $0 : nil }
    }
  }

  /// Reads a SHA-256 of 64 lower-case hexadecimal digits.
  func digest() throws(CalibrationError) -> String {
    try value("a SHA-256 in lower-case hexadecimal") { json in
      json.text.flatMap { text in
        let digits = "0123456789abcdef".utf8
        return text.utf8.count == 64 && text.utf8.allSatisfy(digits.contains) ? text : nil
      }
    }
  }

  /// Reads a list of kinds of arithmetic. The list has at least one element and no duplicates.
  func computes() throws(CalibrationError) -> [Compute] {
    try value("a list of \(Compute.allCases.map(\.rawValue).joined(separator: ", "))") { json in
      let found = json.texts?.compactMap(Compute.init(rawValue:)) ?? []
      return found.isEmpty || found.count != json.array?.count || Set(found).count != found.count
        ? nil : found
    }
  }

  /// Reads a text of at least `least` and at most ``Calibration/textByteLimit`` bytes.
  func text(least: Int) throws(CalibrationError) -> String {
    let range = least...Calibration.textByteLimit
    return try value("a text of \(least) to \(Calibration.textByteLimit) bytes") { json in
      json.text.flatMap { range.contains($0.utf8.count) ? $0 : nil }
    }
  }

  /// Reads a number of studies from 0 to `limit`.
  func count(limit: Int = 1_000_000_000) throws(CalibrationError) -> Int {
    try value("a whole number from 0 to \(limit)") { $0.integer(in: 0...limit) }
  }

  /// Reads a fraction from 0 to 1.
  func share() throws(CalibrationError) -> Double {
    try value("a number from 0 to 1") { json in
      json.number.flatMap { (0...1).contains($0) ? $0 : nil }
    }
  }

  /// Reads a cosine from −1 to 1. It is rounded to float32 only once.
  func cosine() throws(CalibrationError) -> Float {
    try value("a number from -1 to 1") { json in
      json.number.flatMap { (-1...1).contains($0) ? json.float : nil }
    }
  }

  /// Reads the list of thresholds. Each threshold must have different texts.
  ///
  /// - Parameter kind: The kind of score. It determines whether a threshold has a second text.
  func thresholds(_ kind: ScoreKind) throws(CalibrationError) -> [Calibration.Threshold] {
    guard let elements = json.array, (1...Calibration.thresholdLimit).contains(elements.count)
    else { throw unfit("a list of 1 to \(Calibration.thresholdLimit)") }
    var thresholds: [Calibration.Threshold] = []
    var places: [[UInt8]: Int] = [:]
    for (index, element) in try self.elements().enumerated() {
      let entry = try element.object(
        required: ["label", "text", "threshold", "studies", "positives"]
          + (kind == .pairSoftmax ? ["negative"] : []),
        optional: ["sensitivity", "specificity"])
      let threshold = try Calibration.Threshold(entry)
      let texts = Array(threshold.text.utf8) + [0] + Array((threshold.negative ?? "").utf8)
      if let earlier = places.updateValue(index, forKey: texts) {
        throw .member(
          pointer: entry.place(of: "text"), reason: "repeats /thresholds/\(earlier)/text")
      }
      thresholds.append(threshold)
    }
    return thresholds
  }
}

extension Calibration.Cohort {
  init(_ value: CalibrationReader) throws(CalibrationError) {
    let object = try value.object(required: ["name", "studies", "note"])
    self.init(
      name: try object.member("name").text(least: 1), studies: try object.member("studies").count(),
      note: try object.member("note").text(least: 0))
  }
}

extension Calibration.Threshold {
  fileprivate init(_ object: CalibrationReader) throws(CalibrationError) {
    let studies = try object.member("studies").count()
    self.init(
      label: try object.member("label").text(least: 1),
      text: try object.member("text").text(least: 1),
      negative: try object["negative"]?.text(least: 1),
      threshold: try object.member("threshold").cosine(), studies: studies,
      positives: try object.member("positives").count(limit: studies),
      sensitivity: try object["sensitivity"]?.share(),
      specificity: try object["specificity"]?.share())
  }
}
