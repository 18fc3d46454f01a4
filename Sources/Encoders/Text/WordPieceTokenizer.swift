/// A tokenized text, the input of the text encoder.
public struct TokenizedText: Sendable, Equatable {
  /// Vocabulary rows with the start and the end token, at most T.
  public let ids: [Int32]
  /// Whether pieces were cut off to fit T.
  public let isTruncated: Bool

  /// Whether only the start and end tokens are left.
  public var isEmpty: Bool { ids.count <= 2 }
}

/// Cleans texts and cuts their words into the pieces of a BERT vocabulary.
///
/// - Source: BERT's uncased WordPiece: the longest piece first, `##` marks a continuation.
public struct WordPieceTokenizer: Sendable {
  private let rows: [[UInt8]: Int32]
  private let start: Int32
  private let end: Int32
  private let unknown: Int32
  /// Bytes of the longest piece; longer ones need no lookup.
  private let longestPieceBytes: Int
  private let maximumTokens: Int

  /// A longer word becomes the unknown token.
  public static let wordLimit = 100

  /// - Parameters:
  ///   - vocabulary: The bytes of `vocab.txt`: one piece a line; its row is the line's number from
  ///     0.
  ///   - maximumTokens: T, including start and end.
  /// - Throws: ``ModelError/vocabulary(reason:)``.
  init(
    vocabulary: [UInt8], count: Int, special: ModelConfiguration.SpecialTokens, maximumTokens: Int
  ) throws(ModelError) {
    var lines = vocabulary.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    guard lines.count == count else {
      throw .vocabulary(reason: "has \(lines.count) lines, the embedding table has \(count) rows")
    }
    var rows: [[UInt8]: Int32] = [:]
    rows.reserveCapacity(count)
    for (row, line) in lines.enumerated() {
      guard rows.updateValue(Int32(row), forKey: Array(line)) == nil else {
        throw .vocabulary(reason: "line \(row + 1) repeats an earlier one")
      }
    }
    func row(of token: String) throws(ModelError) -> Int32 {
      guard let row = rows[Array(token.utf8)] else {
        throw .vocabulary(reason: "lacks \(token)")
      }
      return row
    }
    _ = try row(of: special.padding)
    start = try row(of: special.start)
    end = try row(of: special.end)
    unknown = try row(of: special.unknown)
    self.rows = rows
    longestPieceBytes = rows.keys.reduce(0) { max($0, $1.count) }
    self.maximumTokens = maximumTokens
  }

  /// Cleans and tokenizes `text`.
  ///
  /// - Complexity: Linear in the text. Each character needs at most as many lookups as the longest
  ///   piece has bytes.
  public func tokenize(_ text: String) -> TokenizedText {
    var pieces: [Int32] = []
    for word in TextCleaning.words(of: text) {
      for part in Self.splitAtUnderscores(word) { pieces += self.pieces(of: part) }
      // One piece too many already shows that the text is truncated.
      if pieces.count > maximumTokens { break }
    }
    let room = maximumTokens - 2
    return TokenizedText(
      ids: [start] + pieces.prefix(room) + [end], isTruncated: pieces.count > room)
  }

  /// BERT counts `_` as punctuation, which always stands alone; cleaned words contain no other.
  private static func splitAtUnderscores(_ word: [UInt8]) -> [ArraySlice<UInt8>] {
    var parts: [ArraySlice<UInt8>] = []
    var from = 0
    for (index, byte) in word.enumerated() where byte == UInt8(ascii: "_") {
      if index > from { parts.append(word[from..<index]) }
      parts.append(word[index...index])
      from = index + 1
    }
    if from < word.count { parts.append(word[from...]) }
    return parts
  }

  private func pieces(of word: ArraySlice<UInt8>) -> [Int32] {
    guard word.count <= Self.wordLimit else { return [unknown] }
    var pieces: [Int32] = []
    var rest = word
    while !rest.isEmpty {
      guard let (row, length) = longestPiece(of: rest, continues: !pieces.isEmpty) else {
        return [unknown]
      }
      pieces.append(row)
      rest = rest.dropFirst(length)
    }
    return pieces
  }

  private func longestPiece(
    of rest: ArraySlice<UInt8>, continues: Bool
  ) -> (row: Int32, length: Int)? {
    let prefix: [UInt8] = continues ? Array("##".utf8) : []
    for length in stride(from: min(rest.count, longestPieceBytes), to: 0, by: -1) {
      if let row = rows[prefix + rest.prefix(length)] { return (row, length) }
    }
    return nil
  }
}
