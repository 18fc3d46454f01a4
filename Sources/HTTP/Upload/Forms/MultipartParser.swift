/// Parses a `multipart/form-data` body in pieces of any size.
///
/// The parser is a state machine without I/O. It converts bytes to values of ``Action``. It stores
/// only the header of the current part, at most ``headerByteLimit`` bytes.
///
/// Source: RFC 7578 and RFC 2046, section 5.1.
struct MultipartParser {
  /// An event in the body.
  enum Action {
    case partBegan(MultipartPartHeader)
    /// Content of the current part.
    ///
    /// Safety: the caller of `parse` or the parser owns the bytes. They are valid only during this call.
    case content(UnsafeRawBufferPointer)
    case partEnded
  }

  typealias Consumer = (Action) throws(HTTPError) -> Void

  /// Maximum number of parts of a form outside a series.
  static let partLimit = 16
  static let headerLineLimit = 16
  static let headerByteLimit = 8192
  /// Maximum number of blanks that may follow a boundary on its line.
  private static let paddingLimit = 64

  private enum State {
    /// Before the first boundary. These bytes are ignored.
    case preamble
    case content
    /// After a boundary. Either blanks and a line end follow, or two hyphens.
    case boundaryLine
    case header
    /// After the last boundary. These bytes are ignored.
    case epilogue
  }

  private var state = State.preamble
  private var search: DelimiterSearch
  private let partLimit: Int
  private var partCount = 0
  /// The bytes after the boundary that have been read so far.
  private var boundaryLine: [UInt8] = []
  private var headerLines = MultipartHeaderLines()

  /// - Parameter seriesLimit: Number of further parts that are accepted for a series.
  init(_ boundary: MultipartBoundary, seriesLimit: Int = 0) {
    partLimit = Self.partLimit + seriesLimit
    // The first boundary may have no line end before it. The search therefore assumes one.
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
