import StrictJSON

/// A JSON text. Law: what parses, writes and parses again equal, on one line and indented.
struct FuzzedJSON {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func check() throws(BrokenLaw) {
    let value: JSON
    do throws(JSONError) {
      value = try JSON(parsing: bytes)
    } catch {
      try demand(offset(of: error).map { (0...bytes.count).contains($0) } ?? true, "\(error)")
      return
    }
    let written = value.bytes
    for text in [written, value.prettyBytes] {
      guard let again = try? JSON(parsing: text) else {
        throw BrokenLaw(description: "what was written does not parse")
      }
      try demand(again == value, "what was written parses as another value")
      // Strings are equal in Swift when their normal forms are; the bytes tell them apart.
      try demand(again.bytes == written, "what was written parses as other bytes")
    }
    try checkNumbers(value)
  }

  private func offset(of error: JSONError) -> Int? {
    switch error {
    case .syntax(let offset), .encoding(let offset), .duplicateKey(let offset): offset
    case .tooDeep: nil
    }
  }

  private func checkNumbers(_ value: JSON) throws(BrokenLaw) {
    switch value {
    case .number(let number):
      guard let integer = number.integer(in: .min ... .max) else {
        try demand(number.double?.isFinite ?? true, "a number is not finite")
        return
      }
      try demand(number.double == Double(integer), "\(number.text) is two numbers")
    case .array(let elements): for element in elements { try checkNumbers(element) }
    case .object(let object): for member in object.members { try checkNumbers(member.value) }
    case .null, .bool, .string: return
    }
  }
}
