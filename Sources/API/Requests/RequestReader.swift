public import StrictJSON

/// Reads a value in a request's JSON. Its errors contain the value's JSON Pointer, but not its text.
typealias RequestReader = JSONReader<Problem>

extension Problem: JSONRefusal {
  /// Makes the problem that describes a fault in a request's JSON.
  public init(_ fault: JSONFault) {
    switch fault {
    case .syntax(let error): self.init(error)
    // Do not repeat the member's name, because it is text from the client.
    case .unknownMember(_, let pointer, let known):
      self = Problem(
        .unknownField,
        "A member is unknown; allowed are \(known.sorted().joined(separator: ", "))."
      ).at(pointer)
    case .missing(let pointer):
      self = Problem(.missingField, "A member is missing.").at(pointer)
    case .unfit(let pointer, let wanted): self = .wrongKind(pointer, wanted)
    }
  }

  /// Makes the problem for a value that is not as expected. `wanted` describes the expected value.
  static func wrongKind(_ pointer: String, _ wanted: String) -> Problem {
    Problem(.invalidValue, "A value is invalid.").at(pointer, "Expected \(wanted).")
  }
}

extension JSONError: Refusal {
  /// The problem that describes this JSON error.
  public var problem: Problem {
    switch self {
    case .syntax(let offset):
      Problem(.invalidJSON, "The JSON is malformed at byte \(offset).")
    case .encoding(let offset):
      Problem(
        .invalidJSON, "The JSON contains a string that is not valid Unicode at byte \(offset).")
    case .duplicateKey(let offset):
      Problem(.duplicateKey, "The JSON repeats a key at byte \(offset).")
    case .tooDeep(let limit):
      Problem(.invalidJSON, "The JSON has more than \(limit) levels.", limit: .integer(limit))
    }
  }
}
