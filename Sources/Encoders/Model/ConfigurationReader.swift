public import StrictJSON

/// Reads a value of `config.json`. Its errors name the faulty member.
typealias ConfigurationReader = JSONReader<ModelError>

extension ModelError: JSONRefusal {
  /// Converts a JSON fault to an error about `config.json`.
  public init(_ fault: JSONFault) {
    self =
      switch fault {
      case .syntax(let error): Self.wrong("", "is not JSON (\(error))")
      case .unknownMember(let key, let pointer, _): Self.wrong("\(pointer)/\(key)", "is unknown")
      case .missing(let pointer): Self.wrong(pointer, "is missing")
      case .unfit(let pointer, let wanted): Self.wrong(pointer, "is not \(wanted)")
      }
  }

  /// - Parameter pointer: The JSON Pointer of the faulty member. The error shows `/recipe/shape` as `recipe.shape`.
  private static func wrong(_ pointer: String, _ reason: String) -> ModelError {
    let path = String(pointer.dropFirst().map { $0 == "/" ? "." : $0 })
    return .configuration(member: path.isEmpty ? "the file" : path, reason: reason)
  }
}

extension ConfigurationReader {
  /// Returns a text without control characters. Its number of Unicode scalars must lie in `count`.
  func line(of count: ClosedRange<Int>) throws(ModelError) -> String {
    try value("a text of \(count.lowerBound) to \(count.upperBound) printable characters") { json in
      json.text.flatMap { text in
        let scalars = text.unicodeScalars
        let isPrintable = scalars.allSatisfy { $0.properties.generalCategory != .control }
        return isPrintable && count.contains(scalars.count) ? text : nil
      }
    }
  }

  /// Returns a non-empty list of whole numbers in `range`, in strictly ascending order.
  func ascending(in range: Range<Int>) throws(ModelError) -> [Int] {
    let last = range.upperBound - 1
    return try value("a list of ascending whole numbers from \(range.lowerBound) to \(last)") {
      json in
      guard !range.isEmpty, let numbers = json.all({ $0.integer(in: range.lowerBound...last) }),
        !numbers.isEmpty, zip(numbers, numbers.dropFirst()).allSatisfy(<)
      else { return nil }
      return numbers
    }
  }

  func numbers(count: Int) throws(ModelError) -> [Double] {
    try value("a list of \(count) numbers") { json in
      json.numbers.flatMap { $0.count == count ? $0 : nil }
    }
  }

  /// Returns a whole number from 1 to `limit`.
  func dimension(limit: Int) throws(ModelError) -> Int {
    try value("a whole number from 1 to \(limit)") { $0.integer(in: 1...limit) }
  }

  /// Returns three whole numbers from 1 to `limit`, one for each axis x, y and z.
  func dimensions(limit: Int) throws(ModelError) -> [Int] {
    try value("a list of 3 whole numbers from 1 to \(limit)") { json in
      json.all { $0.integer(in: 1...limit) }.flatMap { $0.count == 3 ? $0 : nil }
    }
  }

  /// Returns the option that the text names. The error names the member, the option and the supported ones.
  func option<Option: RawRepresentable & CaseIterable>(
    _ kind: Option.Type
  ) throws(ModelError) -> Option where Option.RawValue == String {
    let name = try word()
    guard let option = Option(rawValue: name) else {
      let known = kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw unfit("supported: it is \(name), and this version knows \(known)")
    }
    return option
  }

  /// Returns the epsilon of a layer normalisation.
  func epsilon() throws(ModelError) -> Float {
    try value("a number from 1e-12 to 0.1") { json in
      json.number.flatMap { (1e-12...0.1).contains($0) ? Float($0) : nil }
    }
  }

  /// Returns a non-empty text.
  func word() throws(ModelError) -> String {
    try value("a text") { json in json.text.flatMap { $0.isEmpty ? nil : $0 } }
  }
}
