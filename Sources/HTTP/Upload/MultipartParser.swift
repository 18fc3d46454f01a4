/// Parses a `multipart/form-data` body in pieces of any size.
///
/// A state machine without I/O: bytes are events, ``Action`` is their meaning. It stores no
/// content, and at most one part's header of ``headerByteLimit`` bytes.
///
/// Source: RFC 7578 and RFC 2046, section 5.1.
struct MultipartParser {
  /// The meaning of bytes.
  enum Action {
    case partBegan(MultipartPartHeader)
    /// Content of the current part.
    ///
    /// Safety: the bytes belong to the caller of `parse` or to the parser, and are valid only
    /// during this call.
    case content(UnsafeRawBufferPointer)
    case partEnded
  }

  typealias Consumer = (Action) throws(HTTPError) -> Void

  /// Most parts of a form outside a series.
  static let partLimit = 16
  static let headerLineLimit = 16
  static let headerByteLimit = 8192
  /// Blanks that may follow a boundary on its line.
  private static let paddingLimit = 64

  private enum State {
    /// Before the first boundary; these bytes belong to no part.
    case preamble
    case content
    /// After a boundary: blanks and a line end follow, or two hyphens.
    case boundaryLine
    case header
    /// After the last boundary; these bytes are ignored.
    case epilogue
  }

  private var state = State.preamble
  private var search: DelimiterSearch
  private let partLimit: Int
  private var partCount = 0
  /// Bytes after the boundary so far.
  private var boundaryLine: [UInt8] = []
  private var headerLines = MultipartHeaderLines()

  /// - Parameter seriesLimit: Number of additional parts.
  init(_ boundary: MultipartBoundary, seriesLimit: Int = 0) {
    partLimit = Self.partLimit + seriesLimit
    // The first boundary has no line end before it, so one is assumed.
    search = DelimiterSearch(boundary.delimiter)
  }

  /// Adds the next bytes of the body.
  ///
  /// - Throws: ``HTTPError/multipartMalformed``, ``HTTPError/tooManyParts(limit:)`` and the errors
  ///   of `consume`. Do not use the parser afterwards.
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

  /// Ends the body.
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
