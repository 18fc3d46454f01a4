/// A header value of the form `essence; name=value; name="quoted value"`.
///
/// `Content-Type` and `Content-Disposition` have this form. Source: RFC 9110, section 5.6.6.
struct ParameterizedValue: Sendable, Equatable {
  /// The part before the first semicolon, in lower case.
  let essence: String
  /// The parameters in their original order. Their names are in lower case, and their values are unquoted.
  let parameters: [Parameter]

  struct Parameter: Sendable, Equatable {
    let name: String
    let value: [UInt8]
  }

  /// Parses a header value; nil if it is malformed.
  init?(_ bytes: some Collection<UInt8>) {
    var rest = Array(bytes)[...]
    let essenceBytes = ASCII.trimmed(rest.prefix { $0 != UInt8(ascii: ";") })
    guard
      !essenceBytes.isEmpty,
      essenceBytes.allSatisfy({ ASCII.isTokenByte($0) || $0 == UInt8(ascii: "/") })
    else { return nil }
    rest = rest.drop { $0 != UInt8(ascii: ";") }
    var parameters: [Parameter] = []
    while let separator = rest.popFirst() {
      guard separator == UInt8(ascii: ";") else { return nil }
      rest = rest.drop(while: ASCII.isBlank)
      // Empty parameters are skipped, because "a; " and "a;;b=c" occur in practice.
      if rest.isEmpty || rest.first == UInt8(ascii: ";") { continue }
      guard let parameter = Self.parameter(&rest) else { return nil }
      parameters.append(parameter)
      rest = rest.drop(while: ASCII.isBlank)
    }
    essence = Self.lowercased(essenceBytes)
    self.parameters = parameters
  }

  /// The values of all parameters with the name `name`.
  func values(_ name: String) -> [[UInt8]] {
    parameters.filter { $0.name.utf8.elementsEqual(name.utf8) }.map(\.value)
  }

  private static func parameter(_ rest: inout ArraySlice<UInt8>) -> Parameter? {
    let name = rest.prefix(while: ASCII.isTokenByte)
    rest = rest.dropFirst(name.count)
    guard !name.isEmpty, rest.popFirst() == UInt8(ascii: "=") else { return nil }
    if rest.first == UInt8(ascii: "\"") {
      rest.removeFirst()
      return quotedString(&rest).map { Parameter(name: lowercased(name), value: $0) }
    }
    // Mail libraries write “boundary=----=_Part_1.2” without the quotes that the standard requires.
    let isBoundary = ASCII.equalIgnoringCase(name, "boundary".utf8)
    let value = rest.prefix {
      ASCII.isTokenByte($0)
        || isBoundary && $0 != ASCII.space && MultipartBoundary.isBoundaryByte($0)
    }
    rest = rest.dropFirst(value.count)
    return Parameter(name: lowercased(name), value: Array(value))
  }

  private static func quotedString(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    var value: [UInt8] = []
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\""): return value
      case UInt8(ascii: "\\"):
        guard let escaped = rest.popFirst() else { return nil }
        value.append(escaped)
      default: value.append(byte)
      }
    }
    return nil
  }

  private static func lowercased(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes.map(ASCII.lowercased), as: UTF8.self)
  }
}
