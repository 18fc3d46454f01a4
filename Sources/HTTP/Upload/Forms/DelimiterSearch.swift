import Glibc

/// Finds a delimiter in bytes that arrive in pieces. The bytes are not stored.
///
/// The delimiter starts with CR and contains no other CR. The search can therefore simply restart after a mismatch.
/// Bytes that are held back at the end of a piece equal the start of the delimiter, so they need not be stored.
struct DelimiterSearch {
  private let delimiter: [UInt8]
  /// Number of delimiter bytes that match so far.
  private var matched: Int
  /// Number of these matching bytes that were in earlier pieces.
  private var carried: Int
  /// Number of these matching bytes that were only assumed. They are not content.
  private var assumed: Int

  /// Length of the line end with which a delimiter starts.
  private static let lineEndLength = 2

  /// Searches for `delimiter`, which starts with CR and LF. At first, this line end is assumed to have matched.
  init(_ delimiter: [UInt8]) {
    self.delimiter = delimiter
    (matched, carried, assumed) = (0, 0, 0)
    restart()
  }

  /// Restarts at the start of a line. The delimiter may follow without a line end of its own.
  mutating func restart() {
    matched = Self.lineEndLength
    carried = matched
    assumed = matched
  }

  /// Consumes `rest` up to the end of the delimiter, or completely if it is not found. Passes the
  /// bytes before the delimiter to `pass`.
  ///
  /// - Returns: True if the delimiter was found.
  mutating func advance(
    _ rest: inout Slice<UnsafeRawBufferPointer>,
    _ pass: (UnsafeRawBufferPointer) throws(HTTPError) -> Void
  ) throws(HTTPError) -> Bool {
    let piece = UnsafeRawBufferPointer(rebasing: rest)
    var index = 0
    while index < piece.count, matched < delimiter.count {
      if matched == 0 {
        index = Self.firstCarriageReturn(in: piece, from: index) ?? piece.count
        if index < piece.count { (matched, index) = (1, index + 1) }
      } else if piece[index] == delimiter[matched] {
        (matched, index) = (matched + 1, index + 1)
      } else {
        try passCarried(pass)
        matched = 0
      }
    }
    let isFound = matched == delimiter.count
    let held = matched - carried
    if index > held {
      try pass(UnsafeRawBufferPointer(rebasing: piece[..<(index - held)]))
    }
    (carried, matched) = isFound ? (0, 0) : (matched, matched)
    if isFound { assumed = 0 }
    rest = rest.dropFirst(index)
    return isFound
  }

  /// Passes on bytes that were held back but turned out not to be the delimiter.
  private mutating func passCarried(
    _ pass: (UnsafeRawBufferPointer) throws(HTTPError) -> Void
  ) throws(HTTPError) {
    let held = Array(delimiter[assumed..<carried])
    (carried, assumed) = (0, 0)
    guard !held.isEmpty else { return }
    // `withUnsafeBytes` would lose the type of the error.
    let outcome = held.withUnsafeBytes { bytes in
      Result { () throws(HTTPError) in try pass(bytes) }
    }
    try outcome.get()
  }

  private static func firstCarriageReturn(
    in piece: UnsafeRawBufferPointer, from index: Int
  ) -> Int? {
    guard let base = piece.baseAddress else { return nil }
    return memchr(base + index, Int32(ASCII.carriageReturn), piece.count - index).map {
      UnsafeRawPointer($0) - base
    }
  }
}
