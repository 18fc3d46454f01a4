internal import CheckedNumbers

/// A JSON value whose objects retain their order and never contain a key twice.
///
/// Foundation's decoder accepts duplicate keys, trailing commas and UTF-16. Requests and model
/// headers must not contain any of these.
public enum JSON: Sendable, Equatable {
  case null
  case bool(Bool)
  case number(JSONNumber)
  case string(String)
  case array([JSON])
  case object(JSONObject)
}

/// A number as it was written, or as it will be written.
public struct JSONNumber: Sendable, Equatable {
  /// The digits, valid JSON.
  public let text: String

  init(text: String) { self.text = text }

  /// A single-precision number in the fewest digits that read back as the same float; nil if it is not finite.
  public init?(_ value: Float) {
    guard value.isFinite else { return nil }
    text = Self.shortest(value.description)
  }

  /// A double in the fewest digits that read back as the same double; nil if it is not finite.
  public init?(_ value: Double) {
    guard value.isFinite else { return nil }
    text = Self.shortest(value.description)
  }

  /// Swift's own digits are the shortest except for the `.0` of whole numbers.
  private static func shortest(_ digits: String) -> String {
    digits.hasSuffix(".0") ? String(digits.dropLast(2)) : digits
  }

  /// Whole numbers that every JSON reader represents exactly. Sums and differences of thousands of
  /// them fit into `Int`.
  ///
  /// - Source: RFC 7493 (I-JSON), section 2.2.
  public static let exactIntegers: ClosedRange<Int> = -(1 << 53)...(1 << 53)

  /// The value if it is written as a whole number within a range; nil otherwise.
  public func integer(in range: ClosedRange<Int> = exactIntegers) -> Int? {
    Int(digits: text, in: range)
  }

  /// The nearest double; nil if it is beyond a double's range.
  public var double: Double? { Double(text).flatMap { $0.isFinite ? $0 : nil } }
}

/// Members in the order in which they were written. Keys are compared as bytes, not as characters:
/// two normal forms of one letter are different keys.
public struct JSONObject: Sendable, Equatable {
  /// The members in order.
  public private(set) var members: [(key: String, value: JSON)] = []

  /// An object of `members`; a later member with the same key is a fault of the caller and traps.
  public init(_ members: [(key: String, value: JSON)] = []) {
    for member in members {
      precondition(append(member.key, member.value), "JSON key used twice")
    }
  }

  /// The value of `key`, or nil.
  public subscript(_ key: String) -> JSON? { index[Array(key.utf8)].map { members[$0].value } }

  private var index: [[UInt8]: Int] = [:]

  /// Adds a member at the end; false if the key is there already.
  mutating func append(_ key: String, _ value: JSON) -> Bool {
    guard index.updateValue(members.count, forKey: Array(key.utf8)) == nil else { return false }
    members.append((key, value))
    return true
  }

  /// Equal keys and values in equal order.
  public static func == (one: JSONObject, other: JSONObject) -> Bool {
    one.members.count == other.members.count
      && zip(one.members, other.members).allSatisfy {
        $0.key.utf8.elementsEqual($1.key.utf8) && $0.value == $1.value
      }
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// The members of the literal in order; a member whose value is nil is left out.
  public init(dictionaryLiteral elements: (String, JSON?)...) {
    self.init(elements.compactMap { key, value in value.map { (key, $0) } })
  }

  /// The members of both objects; a key that both have is a fault of the caller and traps.
  public static func + (one: JSONObject, other: JSONObject) -> JSONObject {
    JSONObject(one.members + other.members)
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByDictionaryLiteral
{
  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// An array.
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  /// `true` or `false`.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// A whole number.
  public init(integerLiteral value: Int) { self = .integer(value) }
  /// An object that keeps the order of the literal. A member whose value is nil is left out; `.null` is written.
  public init(dictionaryLiteral elements: (String, JSON?)...) {
    self = .members(elements.compactMap { key, value in value.map { (key, $0) } })
  }

  /// An object of `members`, none of which has the key of another.
  public static func members(_ members: [(key: String, value: JSON)]) -> JSON {
    .object(JSONObject(members))
  }

  /// A whole number.
  public static func integer(_ value: Int) -> JSON { .number(JSONNumber(text: String(value))) }

  /// A single-precision number as `JSONNumber` writes it; `null` if it is not finite.
  public static func float(_ value: Float) -> JSON { optional(JSONNumber(value), JSON.number) }

  /// A double as `JSONNumber` writes it; `null` if it is not finite.
  public static func double(_ value: Double) -> JSON { optional(JSONNumber(value), JSON.number) }

  /// `null` for nil, else what `make` makes of the value.
  public static func optional<Value>(_ value: Value?, _ make: (Value) -> JSON) -> JSON {
    value.map(make) ?? .null
  }
}
