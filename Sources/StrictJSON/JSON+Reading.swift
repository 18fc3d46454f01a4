extension JSON {
  /// The text of a string; nil for any other value.
  public var text: String? { if case .string(let text) = self { text } else { nil } }

  /// `true` or `false`; nil for any other value.
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

  /// The nearest double of a number; nil for any other value and beyond a double's range.
  public var number: Double? { if case .number(let number) = self { number.double } else { nil } }

  /// The nearest float of a number, rounded once; nil for any other value. It may be infinite.
  public var float: Float? {
    if case .number(let number) = self { Float(number.text) } else { nil }
  }

  /// A number that is written as a whole number within a range; nil for any other value.
  public func integer(in range: ClosedRange<Int> = JSONNumber.exactIntegers) -> Int? {
    if case .number(let number) = self { number.integer(in: range) } else { nil }
  }

  /// The elements of an array; nil for any other value.
  public var array: [JSON]? { if case .array(let elements) = self { elements } else { nil } }

  /// The numbers of an array of numbers; nil for any other value.
  public var numbers: [Double]? { all(\.number) }

  /// The texts of an array of strings; nil for any other value.
  public var texts: [String]? { all(\.text) }

  /// The elements of an array, each read by `read`; nil if `read` returns nil for one of them.
  public func all<Value>(_ read: (JSON) -> Value?) -> [Value]? {
    guard let array else { return nil }
    let values = array.compactMap(read)
    return values.count == array.count ? values : nil
  }

  /// The members of an object; nil for any other value.
  public var object: JSONObject? { if case .object(let object) = self { object } else { nil } }

  /// The value of an object's member; nil if it is absent, and for any other value.
  public subscript(_ key: String) -> JSON? { object?[key] }
}
