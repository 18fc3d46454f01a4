import StrictJSON
import TestSupport
import Testing

@testable import Encoders

@Suite("Texts without cleaning") struct PlainWordsTests {
  private static func words(_ text: String) -> [String] {
    PlainWords.words(of: text).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test("Hard lines have the tokens of Hugging Face's tokenizer") func goldens() throws {
    let vocabulary = try Fixtures.bytes("tokenization-vocabulary.txt")
    let tokenizer = try WordPieceTokenizer(
      vocabulary: vocabulary, count: vocabulary.count { $0 == UInt8(ascii: "\n") },
      special: TokenizationTests.special, maximumTokens: 40, cleaning: .none)
    let cases = try Fixtures.cases("plain-text-goldens.json")
    #expect(cases.count > 400)
    for golden in cases {
      let text = golden["text"]?.text ?? ""
      let found = tokenizer.tokenize(text).ids.map { Double($0) }
      #expect(found == golden["tokens"]?.numbers, "\(text.debugDescription)")
    }
  }

  @Test("Punctuation and Chinese characters are words, and short sentences stay") func words() {
    #expect(
      Self.words("The volume shows: Emphysema.") == [
        "the", "volume", "shows", ":", "emphysema", ".",
      ])
    #expect(Self.words("Pneumonia") == ["pneumonia"])
    #expect(Self.words("a_b\u{80}c 肺lung") == ["a", "_", "bc", "肺", "lung"])
    #expect(Self.words("[SEP]") == ["[", "sep", "]"])
    #expect(Self.words("") == [])
  }

  @Test("Accents are removed, composed or not") func accents() {
    #expect(
      Self.words("Café CAFE\u{301} Ångström ỆỂ ǖ") == ["cafe", "cafe", "angstrom", "ee", "u"])
    #expect(Self.words("x\u{338} ≠") == ["x", "="])
  }

  @Test("A word of 100 letters is read, a longer one is unknown, whatever their bytes")
  func longWords() throws {
    let tokenizer = try WordPieceTokenizer(
      vocabulary: Array("[PAD]\n[UNK]\n[CLS]\n[SEP]\nж\n##ж\n".utf8), count: 6,
      special: TokenizationTests.special, maximumTokens: 200, cleaning: .none)
    #expect(tokenizer.tokenize(String(repeating: "ж", count: 100)).ids.count == 102)
    #expect(tokenizer.tokenize(String(repeating: "ж", count: 101)).ids == [2, 1, 3])
  }
}
