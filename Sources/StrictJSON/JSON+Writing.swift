extension JSON {
  /// This value as one line of UTF-8. Members stay in order.
  public var bytes: [UInt8] {
    var output: [UInt8] = []
    write(into: &output, indentation: nil)
    return output
  }

  /// This value as indented UTF-8, with two spaces per level and a final newline.
  public var prettyBytes: [UInt8] {
    var output: [UInt8] = []
    write(into: &output, indentation: 0)
    output.append(UInt8(ascii: "\n"))
    return output
  }

  private func write(into output: inout [UInt8], indentation: Int?) {
    switch self {
    case .null: output += Array("null".utf8)
    case .bool(let value): output += Array((value ? "true" : "false").utf8)
    case .number(let number): output += Array(number.text.utf8)
    case .string(let text): Self.write(text, into: &output)
    case .array(let elements):
      Self.write(elements, "[", "]", into: &output, indentation) { element, output, inner in
        element.write(into: &output, indentation: inner)
      }
    case .object(let object):
      Self.write(object.members, "{", "}", into: &output, indentation) { member, output, inner in
        Self.write(member.key, into: &output)
        output += Array((inner == nil ? ":" : ": ").utf8)
        member.value.write(into: &output, indentation: inner)
      }
    }
  }

  private static func write<Element>(
    _ elements: [Element], _ open: String, _ close: String, into output: inout [UInt8],
    _ indentation: Int?, _ writeElement: (Element, inout [UInt8], Int?) -> Void
  ) {
    output += Array(open.utf8)
    for (index, element) in elements.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      breakLine(&output, indentation.map { $0 + 1 })
      writeElement(element, &output, indentation.map { $0 + 1 })
    }
    if !elements.isEmpty { breakLine(&output, indentation) }
    output += Array(close.utf8)
  }

  private static func breakLine(_ output: inout [UInt8], _ indentation: Int?) {
    guard let indentation else { return }
    output.append(UInt8(ascii: "\n"))
    output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * indentation))
  }

  private static func write(_ text: String, into output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): output += Array("\\\"".utf8)
      case UInt8(ascii: "\\"): output += Array("\\\\".utf8)
      case 0x0A: output += Array("\\n".utf8)
      case 0x00..<0x20, 0x7F:
        let digits = String(byte, radix: 16)
        output += Array("\\u00\(digits.count == 1 ? "0" : "")\(digits)".utf8)
      default: output.append(byte)
      }
    }
    output.append(UInt8(ascii: "\""))
  }
}
