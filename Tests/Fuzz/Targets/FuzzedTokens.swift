import TestSupport

@testable import Encoders

/// A text; a NUL ends a vocabulary that stands before it, else the fixture's is used.
///
/// Laws: the tokens are at most T, framed by start and end, rows of the vocabulary, and the same
/// each time; words that were cleaned once are clean.
struct FuzzedTokens {
  private let vocabulary: [UInt8]?
  private let text: String

  /// T, small, so that cutting is frequent.
  private static let maximumTokens = 24

  init(_ bytes: [UInt8]) {
    let end = bytes.firstIndex(of: 0)
    vocabulary = end.map { Array(bytes[..<$0]) }
    text = String(decoding: bytes[(end.map { $0 + 1 } ?? 0)...], as: UTF8.self)
  }

  func check() throws(BrokenLaw) {
    let words = TextCleaning.words(of: text)
    let isClean = words.allSatisfy { word in
      !word.isEmpty && word.allSatisfy(Self.isWordByte)
    }
    try demand(isClean, "a word that is not clean")
    let joined = words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    try demand(
      words.count < 2 || TextCleaning.words(of: joined) == words, "clean words are cleaned anew")
    guard let (tokenizer, rows) = try tokenizer() else { return }
    let tokens = tokenizer.tokenize(text)
    try demand(tokens == tokenizer.tokenize(text), "one text, two rows of tokens")
    try demand((2...Self.maximumTokens).contains(tokens.ids.count), "\(tokens.ids.count) tokens")
    try demand(tokens.ids.allSatisfy { (0..<rows).contains(Int($0)) }, "a row out of range")
    let empty = tokenizer.tokenize("")
    try demand(
      empty.ids.count == 2 && tokens.ids.first == empty.ids[0] && tokens.ids.last == empty.ids[1],
      "no start or no end")
    try demand(
      !tokens.isTruncated || tokens.ids.count == Self.maximumTokens, "cut and not full")
    try demand(words.isEmpty == tokens.isEmpty, "\(words.count) words, \(tokens.ids.count) tokens")
    try demand(
      words.count < 2 || tokenizer.tokenize(joined) == tokens, "clean words have other tokens")
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "_"):
      true
    default: false
    }
  }

  /// The tokenizer and its number of rows; nil if the input's vocabulary is refused.
  private func tokenizer() throws(BrokenLaw) -> (WordPieceTokenizer, Int)? {
    guard let vocabulary else {
      guard let standard = Self.standard else {
        throw BrokenLaw(description: "the fixture's vocabulary is missing")
      }
      return standard
    }
    return Self.tokenizer(vocabulary)
  }

  private static let standard: (WordPieceTokenizer, Int)? =
    (try? Fixtures.bytes("tokenization-vocabulary.txt")).flatMap(tokenizer)

  private static func tokenizer(_ vocabulary: [UInt8]) -> (WordPieceTokenizer, Int)? {
    let isEnded = vocabulary.last == UInt8(ascii: "\n")
    let lines = vocabulary.count { $0 == UInt8(ascii: "\n") } + (isEnded ? 0 : 1)
    let tokenizer = try? WordPieceTokenizer(
      vocabulary: vocabulary, count: lines,
      special: ModelConfiguration.SpecialTokens(
        padding: "[PAD]", unknown: "[UNK]", start: "[CLS]", end: "[SEP]"),
      maximumTokens: maximumTokens)
    return tokenizer.map { ($0, lines) }
  }
}
