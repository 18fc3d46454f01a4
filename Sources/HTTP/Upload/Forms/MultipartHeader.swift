/// Collects the header lines of one part of a form.
struct MultipartHeaderLines {
  /// The complete lines, without their line ends.
  private(set) var lines: [[UInt8]] = []
  private var line: [UInt8] = []
  private var byteCount = 0

  /// Adds one byte.
  ///
  /// - Returns: True if the byte ends the empty line after the last header line.
  /// - Throws: ``HTTPError/multipartMalformed`` if the header exceeds the parser's limits, or if a line does not end
  ///   with CR LF.
  mutating func append(_ byte: UInt8) throws(HTTPError) -> Bool {
    byteCount += 1
    guard byteCount <= MultipartParser.headerByteLimit else { throw .multipartMalformed }
    let isAfterReturn = line.last == ASCII.carriageReturn
    guard isAfterReturn == (byte == ASCII.lineFeed) else { throw .multipartMalformed }
    guard isAfterReturn else {
      line.append(byte)
      return false
    }
    line.removeLast()
    if line.isEmpty { return true }
    lines.append(line)
    line = []
    guard lines.count <= MultipartParser.headerLineLimit else { throw .multipartMalformed }
    return false
  }
}

/// The fields of a part's header that the service uses. File names are not stored.
struct MultipartPartHeader: Equatable {
  /// The name of the form field, as bytes.
  let name: [UInt8]
  /// The media type in lower case, without parameters; nil if it is missing or malformed.
  let contentType: String?

  /// Reads the header lines of a part.
  ///
  /// - Throws: ``HTTPError/multipartMalformed`` in four cases: a line is not a header field, the part does not have
  ///   exactly one name, the part is encoded, or the part is itself a multipart body.
  init(_ lines: [[UInt8]]) throws(HTTPError) {
    var dispositions: [[UInt8]] = []
    var types: [[UInt8]] = []
    for line in lines {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")), ASCII.isToken(line[..<colon]) else {
        throw .multipartMalformed
      }
      let value = Array(ASCII.trimmed(line[(colon + 1)...]))
      let isName = { (name: String) in ASCII.equalIgnoringCase(line[..<colon], name.utf8) }
      if isName("Content-Disposition") { dispositions.append(value) }
      if isName("Content-Type") { types.append(value) }
      if isName("Content-Transfer-Encoding"), !Self.isUnencoded(value) { throw .multipartMalformed }
    }
    guard dispositions.count == 1, types.count <= 1 else { throw .multipartMalformed }
    name = try Self.name(in: dispositions[0])
    contentType = types.first.flatMap { ParameterizedValue($0)?.essence }
    let isNested = types.contains { type in
      ASCII.equalIgnoringCase(type.prefix(Self.nested.utf8.count), Self.nested.utf8)
    }
    guard !isNested else { throw .multipartMalformed }
  }

  private static let nested = "multipart/"

  private static func name(in disposition: [UInt8]) throws(HTTPError) -> [UInt8] {
    guard let value = ParameterizedValue(disposition), value.essence == "form-data" else {
      throw .multipartMalformed
    }
    let names = value.values("name")
    guard names.count == 1 else { throw .multipartMalformed }
    return names[0]
  }

  private static func isUnencoded(_ coding: [UInt8]) -> Bool {
    ["7bit", "8bit", "binary"].contains { ASCII.equalIgnoringCase(coding, $0.utf8) }
  }
}
