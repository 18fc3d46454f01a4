/// A fault in a JSON document. `pointer` is the JSON Pointer of the faulty value.
public enum JSONFault: Sendable, Equatable {
  /// The bytes are not valid JSON.
  case syntax(JSONError)
  /// The object contains the member `key`. Only the members in `known` are allowed.
  case unknownMember(_ key: String, pointer: String, known: [String])
  /// A required value is missing.
  case missing(pointer: String)
  /// The value has the wrong type or is out of range. `wanted` describes the expected value, such as `a text`.
  case unfit(pointer: String, wanted: String)
}

/// An error type that can describe faults in a JSON document.
public protocol JSONRefusal: Error {
  /// Makes the error for a fault.
  init(_ fault: JSONFault)
}

/// Reads a value in a JSON document. It knows the value's JSON Pointer, so that errors contain the pointer and not the
/// value.
public struct JSONReader<Refusal: JSONRefusal>: Sendable {
  /// The value.
  public let json: JSON
  /// The JSON Pointer of the value; empty for the document's root.
  public let pointer: String

  /// Parses a document and makes a reader of its root.
  ///
  /// - Throws: `Refusal` if `bytes` are not valid JSON.
  public init(parsing bytes: [UInt8]) throws(Refusal) {
    do {
      json = try JSON(parsing: bytes)
    } catch {
      throw Refusal(.syntax(error))
    }
    pointer = ""
  }

  private init(_ json: JSON, at pointer: String) {
    self.json = json
    self.pointer = pointer
  }

  /// Checks that the value is an object with the expected members, and returns its reader.
  ///
  /// - Parameters:
  ///   - required: Members that must exist.
  ///   - optional: Members that may exist.
  ///   - nullable: Optional members that count as missing if their value is `null`.
  /// - Throws: `Refusal` if the value is not an object, contains an unknown member, or lacks a required one.
  public func object(
    required: [String] = [], optional: [String] = [], nullable: Set<String> = []
  ) throws(Refusal) -> JSONReader {
    guard let object = json.object else { throw unfit("an object") }
    let known = required + optional
    if let member = object.members.first(where: { !known.contains($0.key) }) {
      throw Refusal(.unknownMember(member.key, pointer: pointer, known: known))
    }
    if let key = required.first(where: { object[$0] == nil }) {
      throw Refusal(.missing(pointer: place(of: key)))
    }
    guard !nullable.isEmpty else { return self }
    let members = object.members.filter { $0.value != .null || !nullable.contains($0.key) }
    return JSONReader(.members(members), at: pointer)
  }

  /// The reader of a member; nil if the member is missing.
  public subscript(_ key: String) -> JSONReader? {
    json[key].map { JSONReader($0, at: place(of: key)) }
  }

  /// Returns the reader of a member.
  ///
  /// - Throws: `Refusal` if the member is missing.
  public func member(_ key: String) throws(Refusal) -> JSONReader {
    guard let member = self[key] else { throw Refusal(.missing(pointer: place(of: key))) }
    return member
  }

  /// Returns the JSON Pointer of a member, even if the member is missing.
  public func place(of key: String) -> String { "\(pointer)/\(key)" }

  /// Returns the error for a value that is not as expected. `wanted` describes the expected value.
  public func unfit(_ wanted: String) -> Refusal {
    Refusal(.unfit(pointer: pointer, wanted: wanted))
  }

  /// Converts the value with `read`.
  ///
  /// - Parameter wanted: A description of the expected value for the error, such as `a text`.
  /// - Throws: `Refusal` if `read` returns nil.
  public func value<Value>(
    _ wanted: @autoclosure () -> String, _ read: (JSON) -> Value?
  ) throws(Refusal) -> Value {
    guard let value = read(json) else { throw unfit(wanted()) }
    return value
  }

  /// Returns the text. This method and those below throw `Refusal` if the value has another type.
  public func text() throws(Refusal) -> String { try value("a text", \.text) }

  /// Returns the Boolean.
  public func bool() throws(Refusal) -> Bool { try value("true or false", \.bool) }

  /// Returns the number, which must lie within a double's range.
  public func number() throws(Refusal) -> Double { try value("a number", \.number) }

  /// Returns the integer. `1.0` is accepted as an integer.
  public func integer() throws(Refusal) -> Int {
    try value("a whole number") { json in
      json.integer()
        ?? json.number.flatMap(Int.init(exactly:)).flatMap {
          JSONNumber.exactIntegers.contains($0) ? $0 : nil
        }
    }
  }

  /// Returns a reader for each element of an array.
  public func elements() throws(Refusal) -> [JSONReader] {
    try value("a list", \.array).enumerated().map { JSONReader($1, at: place(of: "\($0)")) }
  }
}
