/// Parses a `multipart/form-data` body that arrives in pieces of any size.
///
/// The parser is a state machine without I/O. It turns the bytes into values of ``Action``. It stores only the header
/// of the current part, at most ``headerByteLimit`` bytes.
///
/// Source: RFC 7578; RFC 2046, section 5.1.
struct MultipartParser {
  /// An event while the body is parsed.
  enum Action {
    case partBegan(MultipartPartHeader)
    /// Content of the current part.
    ///
    /// Safety: the bytes are valid only during this call. They belong to the caller of `parse` or to the parser.
    case content(UnsafeRawBufferPointer)
    case partEnded
  }

  typealias Consumer = (Action) throws(HTTPError) -> Void

  /// Maximum number of parts of a form outside a series.
  static let partLimit = 16
  static let headerLineLimit = 16
  static let headerByteLimit = 8192
  /// Maximum number of spaces and tabs between a boundary and its line end.
  private static let paddingLimit = 64

  private enum State {
    /// Before the first boundary. The bytes are ignored.
    case preamble
    case content
    /// After a boundary. Spaces, tabs and a line end may follow, or two hyphens.
    case boundaryLine
    case header
    /// After the last boundary. The bytes are ignored.
    case epilogue
  }

  private var state = State.preamble
  private var search: DelimiterSearch
  private let partLimit: Int
  private var partCount = 0
  /// The bytes between the boundary and the current position.
  private var boundaryLine: [UInt8] = []
  private var headerLines = MultipartHeaderLines()

  /// Makes a parser.
  ///
  /// - Parameter seriesLimit: Maximum number of additional parts in a series.
  init(_ boundary: MultipartBoundary, seriesLimit: Int = 0) {
    partLimit = Self.partLimit + seriesLimit
    // The first boundary may have no line end before it, so the search assumes one.
    search = DelimiterSearch(boundary.delimiter)
  }

  /// Parses the next bytes of the body.
  ///
  /// - Throws: ``HTTPError/multipartMalformed``, ``HTTPError/tooManyParts(limit:)``, or an error of `consume`. The
  ///   parser must not be used after an error.
  mutating func parse(_ bytes: UnsafeRawBufferPointer, _ consume: Consumer) throws(HTTPError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      switch state {
      case .preamble: try skipToDelimiter(&rest)
      case .content: try passContent(&rest, consume)
      case .boundaryLine: try readBoundaryLine(&rest)
      case .header: try readHeader(&rest, consume)
      case .epilogue: return
      }
    }
  }

  /// Checks that the body is complete.
  ///
  /// - Throws: ``HTTPError/multipartMalformed`` if the last boundary is missing.
  func finish() throws(HTTPError) {
    guard case .epilogue = state else { throw .multipartMalformed }
  }

  private mutating func skipToDelimiter(
    _ rest: inout Slice<UnsafeRawBufferPointer>
  ) throws(HTTPError) {
    let isFound = try search.advance(&rest) { (_) throws(HTTPError) in }
    if isFound { beginBoundaryLine() }
  }

  private mutating func passContent(
    _ rest: inout Slice<UnsafeRawBufferPointer>, _ consume: Consumer
  ) throws(HTTPError) {
    let isFound = try search.advance(&rest) { (content) throws(HTTPError) in
      try consume(.content(content))
    }
    guard isFound else { return }
    try consume(.partEnded)
    beginBoundaryLine()
  }

  private mutating func beginBoundaryLine() {
    boundaryLine = []
    state = .boundaryLine
  }

  private mutating func readBoundaryLine(
    _ rest: inout Slice<UnsafeRawBufferPointer>
  ) throws(HTTPError) {
    guard let byte = rest.popFirst() else { return }
    boundaryLine.append(byte)
    let padding = boundaryLine.prefix(while: ASCII.isBlank)
    guard padding.count <= Self.paddingLimit else { throw .multipartMalformed }
    switch boundaryLine[padding.count...] {
    case [], [ASCII.carriageReturn]: return
    case [ASCII.carriageReturn, ASCII.lineFeed]:
      partCount += 1
      guard partCount <= partLimit else { throw .tooManyParts(limit: partLimit) }
      headerLines = MultipartHeaderLines()
      state = .header
    case [UInt8(ascii: "-")] where padding.isEmpty: return
    case [UInt8(ascii: "-"), UInt8(ascii: "-")] where padding.isEmpty: state = .epilogue
    default: throw .multipartMalformed
    }
  }

  private mutating func readHeader(
    _ rest: inout Slice<UnsafeRawBufferPointer>, _ consume: Consumer
  ) throws(HTTPError) {
    guard let byte = rest.popFirst() else { return }
    guard try headerLines.append(byte) else { return }
    try consume(.partBegan(try MultipartPartHeader(headerLines.lines)))
    search.restart()
    state = .content
  }
}
