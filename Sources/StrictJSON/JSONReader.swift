/// What is wrong with a document, and where. `pointer` is a JSON Pointer.
public enum JSONFault: Sendable, Equatable {
  /// The bytes are not JSON.
  case syntax(JSONError)
  /// The object has the member `key`, which is not one of `known`.
  case unknownMember(_ key: String, pointer: String, known: [String])
  /// The value is required and absent.
  case missing(pointer: String)
  /// The value is not `wanted`, such as `a text`.
  case unfit(pointer: String, wanted: String)
}

/// An error type that can describe faults of a JSON document.
public protocol JSONRefusal: Error {
  /// The error for a fault.
  init(_ fault: JSONFault)
}

/// A value of a document and its JSON Pointer, so that errors contain the pointer instead of the
/// value's text.
public struct JSONReader<Refusal: JSONRefusal>: Sendable {
  /// The value.
  public let json: JSON
  /// Where it is in the document, as a JSON Pointer; empty for the whole document.
  public let pointer: String

  /// The whole document.
  ///
  /// - Throws: `Refusal` unless `bytes` are JSON.
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

  /// This object, after a check of its members' names.
  ///
  /// - Parameters:
  ///   - required: Members that must be present.
  ///   - optional: Members that may be present.
  ///   - nullable: Those of `optional` whose `null` means that they are absent.
  /// - Throws: `Refusal` for any other value, and for other members than these.
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

  /// A member, if it is present.
  public subscript(_ key: String) -> JSONReader? {
    json[key].map { JSONReader($0, at: place(of: key)) }
  }

  /// A member.
  ///
  /// - Throws: `Refusal` if it is absent.
  public func member(_ key: String) throws(Refusal) -> JSONReader {
    guard let member = self[key] else { throw Refusal(.missing(pointer: place(of: key))) }
    return member
  }

  /// Where a member is, or would be.
  public func place(of key: String) -> String { "\(pointer)/\(key)" }

  /// The refusal of this value, which is not `wanted`.
  public func unfit(_ wanted: String) -> Refusal {
    Refusal(.unfit(pointer: pointer, wanted: wanted))
  }

  /// The value, read by `read`.
  ///
  /// - Parameter wanted: The expected kind of value for the error, such as `a text`.
  /// - Throws: `Refusal` if `read` returns nil.
  public func value<Value>(
    _ wanted: @autoclosure () -> String, _ read: (JSON) -> Value?
  ) throws(Refusal) -> Value {
    guard let value = read(json) else { throw unfit(wanted()) }
    return value
  }

  /// A text. Throws `Refusal` for any other value, as the functions below do.
  public func text() throws(Refusal) -> String { try value("a text", \.text) }

  /// `true` or `false`.
  public func bool() throws(Refusal) -> Bool { try value("true or false", \.bool) }

  /// A finite number.
  public func number() throws(Refusal) -> Double { try value("a number", \.number) }

  /// A whole number; 1.0 is one, too.
  public func integer() throws(Refusal) -> Int {
    try value("a whole number") { json in
      json.integer()
        ?? json.number.flatMap(Int.init(exactly:)).flatMap {
          JSONNumber.exactIntegers.contains($0) ? $0 : nil
        }
    }
  }

  /// The elements of a list, each with its place.
  public func elements() throws(Refusal) -> [JSONReader] {
    try value("a list", \.array).enumerated().map { JSONReader($1, at: place(of: "\($0)")) }
  }
}
