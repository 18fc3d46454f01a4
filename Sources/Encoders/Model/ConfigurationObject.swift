internal import StrictJSON

/// An object of `config.json` with its place in the file, so that an error can name the member.
struct ConfigurationObject {
  private let object: JSONObject
  private let path: String

  /// - Parameters:
  ///   - members: Required members.
  ///   - optional: Optional members.
  init(
    _ json: JSON, path: String, members: Set<String>, optional: Set<String> = []
  ) throws(ModelError) {
    guard case .object(let object) = json else {
      throw .configuration(member: path.isEmpty ? "the file" : path, reason: "is not an object")
    }
    self.object = object
    self.path = path
    for (key, _) in object.members where !members.contains(key) && !optional.contains(key) {
      throw .configuration(member: name(key), reason: "is unknown")
    }
    for key in members.sorted() where object[key] == nil {
      throw .configuration(member: name(key), reason: "is missing")
    }
  }

  func object(_ key: String, members: Set<String>) throws(ModelError) -> ConfigurationObject {
    try ConfigurationObject(try value(key), path: name(key), members: members)
  }

  /// An optional object.
  func optionalObject(
    _ key: String, members: Set<String>
  ) throws(ModelError) -> ConfigurationObject? {
    object[key] == nil ? nil : try object(key, members: members)
  }

  /// A text of 1 to `limit` printable characters.
  func line(_ key: String, limit: Int) throws(ModelError) -> String {
    let text = try string(key)
    guard text.unicodeScalars.count <= limit,
      !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else {
      throw .configuration(
        member: name(key), reason: "is not a text of up to \(limit) printable characters")
    }
    return text
  }

  /// Whole numbers in `range`, in ascending order; at least one.
  func ascending(_ key: String, in range: Range<Int>) throws(ModelError) -> [Int] {
    var numbers: [Int] = []
    if case .array(let elements) = try value(key) {
      for case .number(let number) in elements {
        guard
          let integer = number.integer(
            in: range.lowerBound...max(range.lowerBound, range.upperBound - 1)),
          range.contains(integer), integer > numbers.last ?? Int.min
        else { break }
        numbers.append(integer)
      }
      if !numbers.isEmpty, numbers.count == elements.count { return numbers }
    }
    throw .configuration(
      member: name(key),
      reason:
        "is not a list of ascending whole numbers from \(range.lowerBound) to \(range.upperBound - 1)"
    )
  }

  func string(_ key: String) throws(ModelError) -> String {
    guard case .string(let text) = try value(key), !text.isEmpty else {
      throw .configuration(member: name(key), reason: "is not a text")
    }
    return text
  }

  func bool(_ key: String) throws(ModelError) -> Bool {
    guard case .bool(let bool) = try value(key) else {
      throw .configuration(member: name(key), reason: "is neither true nor false")
    }
    return bool
  }

  func number(_ key: String) throws(ModelError) -> Double {
    try number(try value(key), key)
  }

  func numbers(_ key: String, count: Int) throws(ModelError) -> [Double] {
    var numbers: [Double] = []
    for element in try elements(key, count: count) { numbers.append(try number(element, key)) }
    return numbers
  }

  /// A whole number from 1 to `limit`.
  func dimension(_ key: String, limit: Int) throws(ModelError) -> Int {
    try dimension(try value(key), key, limit: limit)
  }

  /// Three whole numbers from 1 to `limit`, for x, y, z.
  func dimensions(_ key: String, limit: Int) throws(ModelError) -> [Int] {
    var numbers: [Int] = []
    for element in try elements(key, count: 3) {
      numbers.append(try dimension(element, key, limit: limit))
    }
    return numbers
  }

  private func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  private func value(_ key: String) throws(ModelError) -> JSON {
    guard let value = object[key] else {
      throw .configuration(member: name(key), reason: "is missing")
    }
    return value
  }

  private func elements(_ key: String, count: Int) throws(ModelError) -> [JSON] {
    guard case .array(let elements) = try value(key), elements.count == count else {
      throw .configuration(member: name(key), reason: "is not a list of \(count) numbers")
    }
    return elements
  }

  private func number(_ value: JSON, _ key: String) throws(ModelError) -> Double {
    guard case .number(let number) = value, let double = number.double else {
      throw .configuration(member: name(key), reason: "is not a number")
    }
    return double
  }

  private func dimension(_ value: JSON, _ key: String, limit: Int) throws(ModelError) -> Int {
    guard case .number(let number) = value, let integer = number.integer(in: 1...limit) else {
      throw .configuration(
        member: name(key), reason: "is not a whole number from 1 to \(limit)")
    }
    return integer
  }
}
