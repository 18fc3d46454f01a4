internal import HTTP
internal import StrictJSON

/// A JSON object of a request, read member by member: what is unknown, missing or of another kind is refused with its
/// place and never with its text.
struct RequestObject {
  private let object: JSONObject
  /// Its place in the request, as a JSON Pointer.
  let pointer: String

  /// The object that `bytes` are.
  ///
  /// - Throws: ``Problem``.
  init(
    parsing bytes: [UInt8], members: [String], nullable: Set<String> = []
  ) throws(Problem) {
    let json: JSON
    do throws(JSONError) {
      json = try JSON(parsing: bytes)
    } catch {
      throw Problem(error)
    }
    try self.init(json, at: "", members: members, nullable: nullable)
  }

  /// The object at `pointer`; one with other members than these is refused.
  ///
  /// - Parameter nullable: Members whose null means that they are absent.
  /// - Throws: ``Problem``.
  init(
    _ json: JSON, at pointer: String, members: [String], nullable: Set<String> = []
  ) throws(Problem) {
    guard case .object(let object) = json else { throw Problem.wrongKind(pointer, "an object") }
    guard object.members.allSatisfy({ members.contains($0.key) }) else {
      throw Problem(
        .unknownField,
        "A member is unknown; known are \(members.sorted().joined(separator: ", "))."
      ).at(pointer)
    }
    self.object = JSONObject(
      object.members.filter { $0.value != .null || !nullable.contains($0.key) })
    self.pointer = pointer
  }

  /// A member, if it is there.
  subscript(_ name: String) -> JSON? { object[name] }

  /// Where a member stands.
  func place(of name: String) -> String { "\(pointer)/\(name)" }

  func string(_ name: String) throws(Problem) -> String? {
    try self[name].map { (value) throws(Problem) in try Self.string(value, place(of: name)) }
  }

  func bool(_ name: String) throws(Problem) -> Bool? {
    guard let value = self[name] else { return nil }
    guard case .bool(let flag) = value else {
      throw Problem.wrongKind(place(of: name), "true or false")
    }
    return flag
  }

  func integer(_ name: String) throws(Problem) -> Int? {
    try self[name].map { (value) throws(Problem) in try Self.integer(value, place(of: name)) }
  }

  func double(_ name: String) throws(Problem) -> Double? {
    guard let value = self[name] else { return nil }
    guard case .number(let number) = value, let double = number.double else {
      throw Problem.wrongKind(place(of: name), "a number")
    }
    return double
  }

  func array(_ name: String) throws(Problem) -> [JSON]? {
    guard let value = self[name] else { return nil }
    guard case .array(let elements) = value else {
      throw Problem.wrongKind(place(of: name), "a list")
    }
    return elements
  }

  func object(_ name: String, members: [String]) throws(Problem) -> RequestObject? {
    try self[name].map { (value) throws(Problem) in
      try RequestObject(value, at: place(of: name), members: members)
    }
  }

  /// Any names with texts.
  func texts(_ name: String) throws(Problem) -> [(key: String, value: String)]? {
    guard let value = self[name] else { return nil }
    guard case .object(let object) = value else {
      throw Problem.wrongKind(place(of: name), "an object")
    }
    var texts: [(key: String, value: String)] = []
    for member in object.members {
      // The name is the client's own text, so the pointer leaves it out.
      texts.append((member.key, try Self.string(member.value, place(of: name))))
    }
    return texts
  }

  static func integer(_ value: JSON, _ pointer: String) throws(Problem) -> Int {
    // 1.0 is a whole number, too.
    guard case .number(let number) = value,
      let integer = number.integer()
        ?? number.double.flatMap(Int.init(exactly:)).flatMap({
          JSONNumber.exactIntegers.contains($0) ? $0 : nil
        })
    else { throw Problem.wrongKind(pointer, "a whole number") }
    return integer
  }

  static func string(_ value: JSON, _ pointer: String) throws(Problem) -> String {
    guard case .string(let text) = value else { throw Problem.wrongKind(pointer, "a text") }
    return text
  }
}

extension Problem {
  /// A value that is not what it should be.
  static func wrongKind(_ pointer: String, _ wanted: String) -> Problem {
    Problem(.invalidValue, "A value is not what it should be.").at(pointer, "Wanted \(wanted).")
  }
}
