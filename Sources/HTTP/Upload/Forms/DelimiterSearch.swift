import Glibc

/// Finds a delimiter in bytes that arrive in pieces. The search stores none of the bytes.
///
/// The delimiter starts with CR and contains no other CR, so after a mismatch the search can simply start again. A
/// piece may end with the start of the delimiter. These bytes need not be stored, because the delimiter contains
/// them.
struct DelimiterSearch {
  private let delimiter: [UInt8]
  /// Number of delimiter bytes that match so far.
  private var matched: Int
  /// Number of the matching bytes that were at the end of earlier pieces.
  private var carried: Int
  /// Number of the matching bytes that did not occur in the body but were assumed. They are not content.
  private var assumed: Int

  /// Length of the line end at the start of a delimiter.
  private static let lineEndLength = 2

  /// Searches for `delimiter`, which starts with CR LF. The body may start without this line end, so it is assumed to
  /// have matched.
  init(_ delimiter: [UInt8]) {
    self.delimiter = delimiter
    (matched, carried, assumed) = (0, 0, 0)
    restart()
  }

  /// Starts again at the start of a line. The delimiter may then follow without its line end.
  mutating func restart() {
    matched = Self.lineEndLength
    carried = matched
    assumed = matched
  }

  /// Consumes `rest` up to the end of the delimiter, or all of `rest` if it contains no delimiter. Passes the bytes
  /// before the delimiter to `pass`.
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

  /// Passes on the bytes at the end of earlier pieces that turned out not to be part of the delimiter.
  private mutating func passCarried(
    _ pass: (UnsafeRawBufferPointer) throws(HTTPError) -> Void
  ) throws(HTTPError) {
    let held = Array(delimiter[assumed..<carried])
    (carried, assumed) = (0, 0)
    guard !held.isEmpty else { return }
    // `withUnsafeBytes` is called with a `Result`, because it would lose the error's type.
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
