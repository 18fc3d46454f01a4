extension JSON {
  /// The text of a string; nil for any other value.
  public var text: String? { if case .string(let text) = self { text } else { nil } }

  /// The value of `true` or `false`; nil for any other value.
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

  /// The double that is nearest to a number; nil for any other value, and for a number beyond the range of a double.
  public var number: Double? { if case .number(let number) = self { number.double } else { nil } }

  /// The float that is nearest to a number, rounded once from its digits; nil for any other value.
  /// It is infinite if the number is beyond the range of a float.
  public var float: Float? {
    if case .number(let number) = self { Float(number.text) } else { nil }
  }

  /// Returns the number if it is written as a whole number and is within a range; nil for any other value.
  public func integer(in range: ClosedRange<Int> = JSONNumber.exactIntegers) -> Int? {
    if case .number(let number) = self { number.integer(in: range) } else { nil }
  }

  /// The elements of an array; nil for any other value.
  public var array: [JSON]? { if case .array(let elements) = self { elements } else { nil } }

  /// The numbers of an array that contains only numbers; nil for any other value.
  public var numbers: [Double]? { all(\.number) }

  /// The texts of an array that contains only strings; nil for any other value.
  public var texts: [String]? { all(\.text) }

  /// Calls `read` for each element of an array, and returns the results. Returns nil if `read`
  /// returns nil for an element, and for any other value.
  public func all<Value>(_ read: (JSON) -> Value?) -> [Value]? {
    guard let array else { return nil }
    let values = array.compactMap(read)
    return values.count == array.count ? values : nil
  }

  /// The members of an object; nil for any other value.
  public var object: JSONObject? { if case .object(let object) = self { object } else { nil } }

  /// The value of a member of an object; nil if the member is absent, and if this value is not an object.
  public subscript(_ key: String) -> JSON? { object?[key] }
}
