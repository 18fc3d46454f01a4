/// Header fields in their original order. Names are compared without regard to case.
public struct Headers: Sendable, Equatable {
  /// One header field.
  public struct Field: Sendable, Equatable {
    /// The name in its original spelling.
    public let name: String
    /// The value without surrounding blanks.
    public let value: String

    /// Makes a field.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// All fields, duplicates included.
  public private(set) var fields: [Field]

  /// Makes headers of `fields`.
  public init(_ fields: [Field] = []) {
    self.fields = fields
  }

  /// The first value of `name`, or nil.
  public subscript(name: String) -> String? {
    fields.first { Self.matches($0.name, name) }?.value
  }

  /// All values of `name`, in their original order.
  public func values(_ name: String) -> [String] {
    fields.filter { Self.matches($0.name, name) }.map(\.value)
  }

  /// Appends a field.
  public mutating func append(_ name: String, _ value: String) {
    fields.append(Field(name: name, value: value))
  }

  /// Replaces all fields of a name by one.
  public mutating func set(_ name: String, _ value: String) {
    fields.removeAll { Self.matches($0.name, name) }
    append(name, value)
  }

  private static func matches(_ first: String, _ second: String) -> Bool {
    ASCII.equalIgnoringCase(first.utf8, second.utf8)
  }
}

extension Headers: ExpressibleByDictionaryLiteral {
  /// Makes headers of a literal, in the order of its elements.
  public init(dictionaryLiteral elements: (String, String)...) {
    self.init(elements.map { Field(name: $0.0, value: $0.1) })
  }
}
