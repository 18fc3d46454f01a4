/// Reads the lines of a file one after another, starting at the current position of the descriptor.
public struct FileLines {
  private let file: OpenFile
  private let limit: Int
  private var buffer: [UInt8] = []
  private var start = 0
  private var isAtEnd = false

  private static let pieceBytes = 256 << 10

  /// Makes a reader of lines.
  ///
  /// - Parameter limit: Maximum size of a line in bytes.
  public init(_ file: OpenFile, limit: Int) {
    self.file = file
    self.limit = limit
  }

  /// Reads the next line without its line feed. Returns nil at the end of the file.
  ///
  /// - Returns: The line, and whether it is complete. It is incomplete if the file ends without a line feed or the
  ///   line exceeds the limit. Do not call this again after an incomplete line.
  /// - Throws: ``FileError``.
  public mutating func next() throws(FileError) -> (bytes: ArraySlice<UInt8>, isWhole: Bool)? {
    while true {
      let rest = buffer[start...]
      if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        start = end + 1
        return (rest[..<end], true)
      }
      guard !isAtEnd, rest.count <= limit else {
        start = buffer.endIndex
        return rest.isEmpty ? nil : (rest, false)
      }
      let piece = try file.bytes(count: Self.pieceBytes)
      isAtEnd = piece.isEmpty
      buffer = rest + piece
      start = 0
    }
  }
}
