/// A fault in a JSON document. `pointer` is the JSON Pointer of the value with the fault.
public enum JSONFault: Sendable, Equatable {
  /// The bytes are not JSON.
  case syntax(JSONError)
  /// The object has the member `key`, which is not one of `known`.
  case unknownMember(_ key: String, pointer: String, known: [String])
  /// A required value is absent.
  case missing(pointer: String)
  /// The value is of a wrong kind or out of range. `wanted` names what is expected, such as `a text`.
  case unfit(pointer: String, wanted: String)
}

/// An error type that can describe faults of a JSON document.
public protocol JSONRefusal: Error {
  /// Makes the error for a fault.
  init(_ fault: JSONFault)
}

/// Reads a value in a JSON document. It knows the value's JSON Pointer, so that errors can contain
/// the pointer instead of the value.
public struct JSONReader<Refusal: JSONRefusal>: Sendable {
  /// The value.
  public let json: JSON
  /// The JSON Pointer of the value; empty for the whole document.
  public let pointer: String

  /// Makes a reader of the whole document.
  ///
  /// - Throws: `Refusal` if `bytes` are not JSON.
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

  /// Checks that the value is an object, and checks the names of its members. Returns the object.
  ///
  /// - Parameters:
  ///   - required: Members that must be present.
  ///   - optional: Members that may be present.
  ///   - nullable: Those of the optional members that count as absent if their value is `null`.
  /// - Throws: `Refusal` if the value is not an object, contains other members, or lacks a required one.
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

  /// The reader of a member; nil if the member is absent.
  public subscript(_ key: String) -> JSONReader? {
    json[key].map { JSONReader($0, at: place(of: key)) }
  }

  /// Returns the reader of a member.
  ///
  /// - Throws: `Refusal` if the member is absent.
  public func member(_ key: String) throws(Refusal) -> JSONReader {
    guard let member = self[key] else { throw Refusal(.missing(pointer: place(of: key))) }
    return member
  }

  /// Returns the JSON Pointer of a member, whether it is present or absent.
  public func place(of key: String) -> String { "\(pointer)/\(key)" }

  /// Returns the error for a value that is not `wanted`.
  public func unfit(_ wanted: String) -> Refusal {
    Refusal(.unfit(pointer: pointer, wanted: wanted))
  }

  /// Returns the result of `read` for the value.
  ///
  /// - Parameter wanted: The name of the expected kind of value for the error, such as `a text`.
  /// - Throws: `Refusal` if `read` returns nil.
  public func value<Value>(
    _ wanted: @autoclosure () -> String, _ read: (JSON) -> Value?
  ) throws(Refusal) -> Value {
    guard let value = read(json) else { throw unfit(wanted()) }
    return value
  }

  /// Returns the value if it is a text. This function and those below throw `Refusal` for any other value.
  public func text() throws(Refusal) -> String { try value("a text", \.text) }

  /// Returns the value if it is `true` or `false`.
  public func bool() throws(Refusal) -> Bool { try value("true or false", \.bool) }

  /// Returns the value if it is a number within the range of a double.
  public func number() throws(Refusal) -> Double { try value("a number", \.number) }

  /// Returns the value if it is a whole number. `1.0` counts as a whole number.
  public func integer() throws(Refusal) -> Int {
    try value("a whole number") { json in
      json.integer()
        ?? json.number.flatMap(Int.init(exactly:)).flatMap {
          JSONNumber.exactIntegers.contains($0) ? $0 : nil
        }
    }
  }

  /// Returns a reader for each element of a list.
  public func elements() throws(Refusal) -> [JSONReader] {
    try value("a list", \.array).enumerated().map { JSONReader($1, at: place(of: "\($0)")) }
  }
}
