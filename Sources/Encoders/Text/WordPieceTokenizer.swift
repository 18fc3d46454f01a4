/// A tokenized text, the input of the text encoder.
public struct TokenizedText: Sendable, Equatable {
  /// The tokens as row numbers of the vocabulary, including the start and the end token. There are
  /// at most T of them, the model's limit.
  public let ids: [Int32]
  /// True if tokens were cut off to meet the limit T.
  public let isTruncated: Bool

  /// True if the text has no tokens except the start and the end token.
  public var isEmpty: Bool { ids.count <= 2 }
}

/// Cleans texts, and cuts their words into the word pieces of a BERT vocabulary.
///
/// - Source: the uncased WordPiece of BERT. It uses the longest piece that fits; `##` marks a piece
///   that continues a word.
public struct WordPieceTokenizer: Sendable {
  private let rows: [[UInt8]: Int32]
  private let start: Int32
  private let end: Int32
  private let unknown: Int32
  /// The length of the longest piece in bytes. Longer pieces need not be searched for.
  private let longestPieceBytes: Int
  private let maximumTokens: Int

  /// The largest number of bytes of a word. A longer word becomes the unknown token.
  public static let wordLimit = 100

  /// - Parameters:
  ///   - vocabulary: The bytes of `vocab.txt`, with one piece in each line. The row of a piece is
  ///     the number of its line, counted from 0.
  ///   - maximumTokens: T, the largest number of tokens, including the start and the end token.
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
  /// - Complexity: linear in the length of the text. For each character, the vocabulary is searched
  ///   at most as often as the longest piece has bytes.
  public func tokenize(_ text: String) -> TokenizedText {
    var pieces: [Int32] = []
    for word in TextCleaning.words(of: text) {
      for part in Self.splitAtUnderscores(word) { pieces += self.pieces(of: part) }
      // Further pieces do not matter: this number already exceeds the limit, so the text is truncated.
      if pieces.count > maximumTokens { break }
    }
    let room = maximumTokens - 2
    return TokenizedText(
      ids: [start] + pieces.prefix(room) + [end], isTruncated: pieces.count > room)
  }

  /// Cuts a word at each `_`, which becomes a part of its own. For BERT, `_` is a punctuation mark
  /// and therefore a separate token. Cleaned words contain no other punctuation.
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
