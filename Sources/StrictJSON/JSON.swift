internal import CheckedNumbers

/// A JSON value. The members of its objects have an order, and no object contains a key twice.
///
/// Foundation's decoder accepts duplicate keys, trailing commas and UTF-16. In requests and in the
/// headers of model files, none of these is allowed.
public enum JSON: Sendable, Equatable {
  case null
  case bool(Bool)
  case number(JSONNumber)
  case string(String)
  case array([JSON])
  case object(JSONObject)
}

/// A number in the digits in which it was written, or will be written.
public struct JSONNumber: Sendable, Equatable {
  /// The digits, as valid JSON.
  public let text: String

  init(text: String) { self.text = text }

  /// Makes a number with the fewest digits that read back as the same float; nil if the float is not finite.
  public init?(_ value: Float) {
    guard value.isFinite else { return nil }
    text = Self.shortest(value.description)
  }

  /// Makes a number with the fewest digits that read back as the same double; nil if the double is not finite.
  public init?(_ value: Double) {
    guard value.isFinite else { return nil }
    text = Self.shortest(value.description)
  }

  /// Removes the `.0` that Swift adds to whole numbers. Otherwise the digits of Swift's description
  /// are already the fewest.
  private static func shortest(_ digits: String) -> String {
    digits.hasSuffix(".0") ? String(digits.dropLast(2)) : digits
  }

  /// The whole numbers that every JSON reader represents exactly. The sum or difference of hundreds
  /// of them fits into `Int`.
  ///
  /// - Source: RFC 7493 (I-JSON), section 2.2.
  public static let exactIntegers: ClosedRange<Int> = -(1 << 53)...(1 << 53)

  /// Returns the value if it is written as a whole number and is within a range; otherwise nil.
  public func integer(in range: ClosedRange<Int> = exactIntegers) -> Int? {
    Int(digits: text, in: range)
  }

  /// The nearest double; nil if the number is beyond the range of a double.
  public var double: Double? { Double(text).flatMap { $0.isFinite ? $0 : nil } }
}

/// A JSON object. Its members are in the order in which they were written.
///
/// Keys are compared as bytes, not as characters. So two Unicode normal forms of the same letter are different keys.
public struct JSONObject: Sendable, Equatable {
  /// The members in their order.
  public private(set) var members: [(key: String, value: JSON)] = []

  /// Makes an object of `members`. Two members with the same key are a programming error and trap.
  public init(_ members: [(key: String, value: JSON)] = []) {
    for member in members {
      precondition(append(member.key, member.value), "JSON key used twice")
    }
  }

  /// The value of the member `key`; nil if it is absent.
  public subscript(_ key: String) -> JSON? { index[Array(key.utf8)].map { members[$0].value } }

  private var index: [[UInt8]: Int] = [:]

  /// Adds a member at the end and returns true. Returns false if the object already contains the key.
  mutating func append(_ key: String, _ value: JSON) -> Bool {
    guard index.updateValue(members.count, forKey: Array(key.utf8)) == nil else { return false }
    members.append((key, value))
    return true
  }

  /// Returns true if both objects have equal keys and values in the same order.
  public static func == (one: JSONObject, other: JSONObject) -> Bool {
    one.members.count == other.members.count
      && zip(one.members, other.members).allSatisfy {
        $0.key.utf8.elementsEqual($1.key.utf8) && $0.value == $1.value
      }
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// Makes an object of the members of the literal, in their order. A member whose value is nil is left out.
  public init(dictionaryLiteral elements: (String, JSON?)...) {
    self.init(elements.compactMap { key, value in value.map { (key, $0) } })
  }

  /// Returns an object with the members of both objects. A key that both contain is a programming error and traps.
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
  /// Makes an object with the members of the literal, in their order. A member whose value is nil
  /// is left out; a member whose value is `.null` is not.
  public init(dictionaryLiteral elements: (String, JSON?)...) {
    self = .members(elements.compactMap { key, value in value.map { (key, $0) } })
  }

  /// Returns an object of `members`, which must have different keys.
  public static func members(_ members: [(key: String, value: JSON)]) -> JSON {
    .object(JSONObject(members))
  }

  /// Returns a whole number.
  public static func integer(_ value: Int) -> JSON { .number(JSONNumber(text: String(value))) }

  /// Returns a number with the digits of ``JSONNumber/init(_:)``; `null` if it is not finite.
  public static func float(_ value: Float) -> JSON { optional(JSONNumber(value), JSON.number) }

  /// Returns a number with the digits of ``JSONNumber/init(_:)``, in double precision; `null` if it is not finite.
  public static func double(_ value: Double) -> JSON { optional(JSONNumber(value), JSON.number) }

  /// Returns `null` if the value is nil, otherwise the result of `make` for the value.
  public static func optional<Value>(_ value: Value?, _ make: (Value) -> JSON) -> JSON {
    value.map(make) ?? .null
  }
}
