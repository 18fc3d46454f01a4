internal import StrictJSON

/// An object of a calibration with its place in the document, so that a refusal points at the member.
struct CalibrationObject {
  private let object: JSONObject
  private let pointer: String

  /// The whole document, its format and score checked.
  init(document bytes: [UInt8]) throws(CalibrationError) {
    guard bytes.count <= Calibration.byteLimit else {
      throw .tooLarge(bytes: bytes.count, limit: Calibration.byteLimit)
    }
    let json: JSON
    do {
      json = try JSON(parsing: bytes)
    } catch {
      throw .json(error)
    }
    try self.init(
      json, at: "",
      members: ["format", "name", "model_sha256", "score", "method", "cohort", "thresholds"])
    try require("format", is: Calibration.format)
    try require("score", is: Calibration.score)
  }

  private init(
    _ json: JSON, at pointer: String, members: [String], optional: [String] = []
  ) throws(CalibrationError) {
    self.pointer = pointer
    guard case .object(let object) = json else {
      throw .member(pointer: pointer, reason: "is not an object")
    }
    self.object = object
    let known = members + optional
    guard object.members.allSatisfy({ known.contains($0.key) }) else {
      throw .unknownMember(pointer: pointer, known: known)
    }
    for key in members where object[key] == nil { throw wrong(key, "is missing") }
  }

  func object(_ key: String, members: [String]) throws(CalibrationError) -> CalibrationObject {
    try CalibrationObject(object[key] ?? .null, at: "\(pointer)/\(key)", members: members)
  }

  func name() throws(CalibrationError) -> String {
    guard case .string(let name)? = object["name"], Calibration.isName(name) else {
      throw wrong(
        "name", "is not 1 to 64 of a–z, 0–9 and hyphen, or begins with a hyphen, or is reserved")
    }
    return name
  }

  /// A SHA-256 in lower-case hexadecimal.
  func digest(_ key: String) throws(CalibrationError) -> String {
    let digits = "0123456789abcdef".utf8
    guard case .string(let text)? = object[key], text.utf8.count == 64,
      text.utf8.allSatisfy(digits.contains)
    else { throw wrong(key, "is not a SHA-256 in lower-case hexadecimal") }
    return text
  }

  func text(_ key: String, mayBeEmpty: Bool = false) throws(CalibrationError) -> String {
    guard case .string(let text)? = object[key], mayBeEmpty || !text.isEmpty,
      text.utf8.count <= Calibration.textByteLimit
    else {
      let least = mayBeEmpty ? 0 : 1
      throw wrong(key, "is not a text of \(least) to \(Calibration.textByteLimit) bytes")
    }
    return text
  }

  /// How many studies; 0 to `limit`.
  func count(_ key: String, limit: Int = Self.studyLimit) throws(CalibrationError) -> Int {
    guard case .number(let number)? = object[key], let count = number.integer(in: 0...limit) else {
      throw wrong(key, "is not a whole number from 0 to \(limit)")
    }
    return count
  }

  /// A share from 0 to 1, if it is there.
  func share(_ key: String) throws(CalibrationError) -> Double? {
    guard let value = object[key] else { return nil }
    guard case .number(let number) = value, let share = number.double, (0...1).contains(share)
    else { throw wrong(key, "is not a number from 0 to 1") }
    return share
  }

  /// A cosine as a float32, rounded once.
  func cosine(_ key: String) throws(CalibrationError) -> Float {
    guard case .number(let number)? = object[key], let value = number.double,
      (-1...1).contains(value), let cosine = Float(number.text)
    else { throw wrong(key, "is not a number from -1 to 1") }
    return cosine
  }

  func thresholds() throws(CalibrationError) -> [Calibration.Threshold] {
    guard case .array(let elements)? = object["thresholds"],
      (1...Calibration.thresholdLimit).contains(elements.count)
    else { throw wrong("thresholds", "is not a list of 1 to \(Calibration.thresholdLimit)") }
    var thresholds: [Calibration.Threshold] = []
    var places: [[UInt8]: Int] = [:]
    for (index, element) in elements.enumerated() {
      let entry = try CalibrationObject(
        element, at: "/thresholds/\(index)",
        members: ["label", "text", "threshold", "studies", "positives"],
        optional: ["sensitivity", "specificity"])
      let threshold = try Calibration.Threshold(entry)
      if let earlier = places.updateValue(index, forKey: Array(threshold.text.utf8)) {
        throw entry.wrong("text", "repeats /thresholds/\(earlier)/text")
      }
      thresholds.append(threshold)
    }
    return thresholds
  }

  private func require(_ key: String, is wanted: String) throws(CalibrationError) {
    guard case .string(let found)? = object[key], found.utf8.elementsEqual(wanted.utf8) else {
      throw wrong(key, "is not \(wanted)")
    }
  }

  private func wrong(_ key: String, _ reason: String) -> CalibrationError {
    .member(pointer: "\(pointer)/\(key)", reason: reason)
  }

  /// No cohort is larger.
  private static let studyLimit = 1_000_000_000
}

extension Calibration.Cohort {
  init(_ object: CalibrationObject) throws(CalibrationError) {
    self.init(
      name: try object.text("name"), studies: try object.count("studies"),
      note: try object.text("note", mayBeEmpty: true))
  }
}

extension Calibration.Threshold {
  fileprivate init(_ object: CalibrationObject) throws(CalibrationError) {
    let studies = try object.count("studies")
    self.init(
      label: try object.text("label"), text: try object.text("text"),
      threshold: try object.cosine("threshold"), studies: studies,
      positives: try object.count("positives", limit: studies),
      sensitivity: try object.share("sensitivity"), specificity: try object.share("specificity"))
  }
}
