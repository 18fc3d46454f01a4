/// Header fields in their original order. The case of names is ignored.
public struct Headers: Sendable, Equatable {
  /// One header field.
  public struct Field: Sendable, Equatable {
    /// The name in its original spelling.
    public let name: String
    /// The value without leading and trailing spaces and tabs.
    public let value: String

    /// Makes a field.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// All fields, including duplicates.
  public private(set) var fields: [Field]

  /// Makes headers from `fields`.
  public init(_ fields: [Field] = []) {
    self.fields = fields
  }

  /// The first value of the header `name`; nil if it is missing.
  public subscript(name: String) -> String? {
    fields.first { Self.matches($0.name, name) }?.value
  }

  /// All values of the header `name`, in their original order.
  public func values(_ name: String) -> [String] {
    fields.filter { Self.matches($0.name, name) }.map(\.value)
  }

  /// Appends a field.
  public mutating func append(_ name: String, _ value: String) {
    fields.append(Field(name: name, value: value))
  }

  /// Replaces all fields that have this name with one field.
  public mutating func set(_ name: String, _ value: String) {
    fields.removeAll { Self.matches($0.name, name) }
    append(name, value)
  }

  private static func matches(_ first: String, _ second: String) -> Bool {
    ASCII.equalIgnoringCase(first.utf8, second.utf8)
  }
}

extension Headers: ExpressibleByDictionaryLiteral {
  /// Makes headers from a dictionary literal, in the order of its elements.
  public init(dictionaryLiteral elements: (String, String)...) {
    self.init(elements.map { Field(name: $0.0, value: $0.1) })
  }
}
