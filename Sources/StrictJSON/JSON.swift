internal import CheckedNumbers

/// A JSON value. The members of an object are ordered and have unique keys.
///
/// Foundation's decoder accepts duplicate keys, trailing commas and UTF-16. Requests and headers of model files may
/// contain none of these.
public enum JSON: Sendable, Equatable {
  case null
  case bool(Bool)
  case number(JSONNumber)
  case string(String)
  case array([JSON])
  case object(JSONObject)
}

/// A number, stored as its decimal digits.
public struct JSONNumber: Sendable, Equatable {
  /// The number as valid JSON text.
  public let text: String

  init(text: String) { self.text = text }

  /// Makes a number with the fewest digits that parse to the same float; nil if the float is not finite.
  public init?(_ value: Float) {
    guard value.isFinite else { return nil }
    text = Self.shortest(value.description)
  }

  /// Makes a number with the fewest digits that parse to the same double; nil if the double is not finite.
  public init?(_ value: Double) {
    guard value.isFinite else { return nil }
    text = Self.shortest(value.description)
  }

  /// Removes the `.0` that Swift's description adds to whole numbers. Otherwise Swift's description is already the
  /// shortest.
  private static func shortest(_ digits: String) -> String {
    digits.hasSuffix(".0") ? String(digits.dropLast(2)) : digits
  }

  /// The integers that every JSON parser represents exactly. Sums and differences of hundreds of them fit into `Int`.
  ///
  /// - Source: RFC 7493 (I-JSON), section 2.2.
  public static let exactIntegers: ClosedRange<Int> = -(1 << 53)...(1 << 53)

  /// Returns the integer; nil if the text contains a fraction or an exponent, or if the integer is outside `range`.
  public func integer(in range: ClosedRange<Int> = exactIntegers) -> Int? {
    Int(digits: text, in: range)
  }

  /// The nearest double; nil if the number is outside a double's range.
  public var double: Double? { Double(text).flatMap { $0.isFinite ? $0 : nil } }
}

/// A JSON object. Its members stay in the order in which they were written.
///
/// Keys are compared as bytes, so two Unicode forms of the same letter are different keys.
public struct JSONObject: Sendable, Equatable {
  /// The members in order.
  public private(set) var members: [(key: String, value: JSON)] = []

  /// Makes an object. A duplicate key is a programming error and traps.
  public init(_ members: [(key: String, value: JSON)] = []) {
    for member in members {
      precondition(append(member.key, member.value), "JSON key used twice")
    }
  }

  /// The value of the member `key`; nil if the member is missing.
  public subscript(_ key: String) -> JSON? { index[Array(key.utf8)].map { members[$0].value } }

  private var index: [[UInt8]: Int] = [:]

  /// Appends a member. Returns false, and does nothing, if the key already exists.
  mutating func append(_ key: String, _ value: JSON) -> Bool {
    guard index.updateValue(members.count, forKey: Array(key.utf8)) == nil else { return false }
    members.append((key, value))
    return true
  }

  /// Returns true if both objects have the same keys and values in the same order.
  public static func == (one: JSONObject, other: JSONObject) -> Bool {
    one.members.count == other.members.count
      && zip(one.members, other.members).allSatisfy {
        $0.key.utf8.elementsEqual($1.key.utf8) && $0.value == $1.value
      }
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// Makes an object from a literal, in the literal's order. A member whose value is nil is omitted.
  public init(dictionaryLiteral elements: (String, JSON?)...) {
    self.init(elements.compactMap { key, value in value.map { (key, $0) } })
  }

  /// Returns an object with the members of both objects. A common key is a programming error and traps.
  public static func + (one: JSONObject, other: JSONObject) -> JSONObject {
    JSONObject(one.members + other.members)
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByDictionaryLiteral
{
  /// Makes a string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// Makes an array.
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  /// Makes `true` or `false`.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// Makes a whole number.
  public init(integerLiteral value: Int) { self = .integer(value) }
  /// Makes an object from a literal, in the literal's order. A member whose value is nil is omitted. To write `null`,
  /// use `.null`.
  public init(dictionaryLiteral elements: (String, JSON?)...) {
    self = .members(elements.compactMap { key, value in value.map { (key, $0) } })
  }

  /// Makes an object. A duplicate key is a programming error and traps.
  public static func members(_ members: [(key: String, value: JSON)]) -> JSON {
    .object(JSONObject(members))
  }

  /// Makes a whole number.
  public static func integer(_ value: Int) -> JSON { .number(JSONNumber(text: String(value))) }

  /// Makes a number with the digits of ``JSONNumber/init(_:)``; `null` if `value` is not finite.
  public static func float(_ value: Float) -> JSON { optional(JSONNumber(value), JSON.number) }

  /// Makes a double-precision number with the digits of ``JSONNumber/init(_:)``; `null` if `value` is not finite.
  public static func double(_ value: Double) -> JSON { optional(JSONNumber(value), JSON.number) }

  /// Returns `make(value)`, or `null` if the value is nil.
  public static func optional<Value>(_ value: Value?, _ make: (Value) -> JSON) -> JSON {
    value.map(make) ?? .null
  }
}
