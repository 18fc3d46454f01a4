extension JSON {
  /// The string; nil for any other value.
  public var text: String? { if case .string(let text) = self { text } else { nil } }

  /// The Boolean; nil for any other value.
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

  /// The nearest double; nil for any value that is not a number, and for a number outside a double's range.
  public var number: Double? { if case .number(let number) = self { number.double } else { nil } }

  /// The nearest float; nil for any value that is not a number. It is rounded only once, from the decimal digits. A
  /// number outside a float's range gives infinity.
  public var float: Float? {
    if case .number(let number) = self { Float(number.text) } else { nil }
  }

  /// The integer; nil for any other value, including a number with a fraction or exponent and an integer outside
  /// `range`.
  public func integer(in range: ClosedRange<Int> = JSONNumber.exactIntegers) -> Int? {
    if case .number(let number) = self { number.integer(in: range) } else { nil }
  }

  /// The elements of an array; nil for any other value.
  public var array: [JSON]? { if case .array(let elements) = self { elements } else { nil } }

  /// The elements of an array of numbers; nil for any other value.
  public var numbers: [Double]? { all(\.number) }

  /// The elements of an array of strings; nil for any other value.
  public var texts: [String]? { all(\.text) }

  /// Calls `read` for each element of an array and returns the results. Returns nil if this value is not an array or
  /// `read` returns nil for an element.
  public func all<Value>(_ read: (JSON) -> Value?) -> [Value]? {
    guard let array else { return nil }
    let values = array.compactMap(read)
    return values.count == array.count ? values : nil
  }

  /// The members of an object; nil for any other value.
  public var object: JSONObject? { if case .object(let object) = self { object } else { nil } }

  /// The value of a member; nil if the member is missing or this value is not an object.
  public subscript(_ key: String) -> JSON? { object?[key] }
}
