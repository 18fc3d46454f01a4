/// A tokenized text, the input of the text encoder.
public struct TokenizedText: Sendable, Equatable {
  /// The tokens as row numbers of the vocabulary, including the start and end tokens. There are at most T, the model's
  /// limit.
  public let ids: [Int32]
  /// True if tokens were dropped to stay within the limit T.
  public let isTruncated: Bool

  /// True if the text contains only the start and end tokens.
  public var isEmpty: Bool { ids.count <= 2 }
}

/// Splits texts into words, as the model's configuration says, and words into the word pieces of a BERT vocabulary.
///
/// - Source: BERT's uncased WordPiece. At each position it takes the longest piece that matches. The prefix `##` marks
///   a piece that continues a word.
public struct WordPieceTokenizer: Sendable {
  private let rows: [[UInt8]: Int32]
  private let start: Int32
  private let end: Int32
  private let unknown: Int32
  /// The length of the longest piece in bytes. The search for a piece starts at this length.
  private let longestPieceBytes: Int
  private let maximumTokens: Int
  private let cleaning: ModelConfiguration.Cleaning

  /// The maximum length of a word in Unicode scalars. A longer word becomes the unknown token.
  public static let wordLimit = 100

  /// Reads the vocabulary.
  ///
  /// - Parameters:
  ///   - vocabulary: The bytes of `vocab.txt`, one piece per line. A piece's row is its line number, counted from 0.
  ///   - count: The expected number of pieces.
  ///   - maximumTokens: T, the maximum number of tokens, including the start and end tokens.
  ///   - cleaning: The preparation of texts.
  /// - Throws: ``ModelError/vocabulary(reason:)``.
  init(
    vocabulary: [UInt8], count: Int, special: ModelConfiguration.SpecialTokens, maximumTokens: Int,
    cleaning: ModelConfiguration.Cleaning = .sentences
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
    self.cleaning = cleaning
  }

  /// Prepares and tokenizes `text`.
  ///
  /// - Complexity: Linear in the length of the text. For each character, at most as many pieces are looked up as the
  ///   longest piece has bytes.
  public func tokenize(_ text: String) -> TokenizedText {
    var pieces: [Int32] = []
    for word in words(of: text) {
      pieces += self.pieces(of: word)
      // The limit is already exceeded, so the text is truncated and further pieces are not needed.
      if pieces.count > maximumTokens { break }
    }
    let room = maximumTokens - 2
    return TokenizedText(
      ids: [start] + pieces.prefix(room) + [end], isTruncated: pieces.count > room)
  }

  /// Returns the words of a text, as UTF-8.
  private func words(of text: String) -> [ArraySlice<UInt8>] {
    switch cleaning {
    case .sentences: TextCleaning.words(of: text).flatMap(Self.splitAtUnderscores)
    case .none: PlainWords.words(of: text).map { $0[...] }
    }
  }

  /// Splits a word at each `_`. Each `_` becomes its own part, because BERT treats it as punctuation. Cleaned words
  /// contain no other punctuation.
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
    // Continuation bytes of UTF-8 do not start a scalar.
    guard word.count(where: { $0 & 0xC0 != 0x80 }) <= Self.wordLimit else { return [unknown] }
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
