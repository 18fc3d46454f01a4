import StrictJSON
import TestSupport
import Testing

@testable import Encoders

@Suite("Tokenization") struct TokenizationTests {
  let tiny: WordPieceTokenizer
  let radiology: WordPieceTokenizer

  static let special = ModelConfiguration.SpecialTokens(
    padding: "[PAD]", unknown: "[UNK]", start: "[CLS]", end: "[SEP]")

  init() throws {
    tiny = try Self.tokenizer(Fixtures.bytes("tiny-model/vocab.txt"))
    radiology = try Self.tokenizer(Fixtures.bytes("tokenization-vocabulary.txt"))
  }

  static func tokenizer(
    _ vocabulary: [UInt8], maximumTokens: Int = 97
  ) throws -> WordPieceTokenizer {
    try WordPieceTokenizer(
      vocabulary: vocabulary, count: vocabulary.filter { $0 == UInt8(ascii: "\n") }.count,
      special: special, maximumTokens: maximumTokens)
  }

  @Test("Hard lines are cleaned and tokenized as the reference does, with both vocabularies")
  func goldens() throws {
    let cases = try Fixtures.cases("tokenization-goldens.json")
    #expect(cases.count > 100)
    for golden in cases {
      guard let text = golden["text"]?.text, let clean = golden["clean"]?.text else {
        throw FixtureError.malformed("tokenization-goldens.json")
      }
      // The reference keeps the places of words that had no ASCII scalar; the tokenizer skips them.
      let words = clean.utf8.split(separator: UInt8(ascii: " ")).map { Array($0) }
      #expect(TextCleaning.words(of: text) == words, "\(text.debugDescription)")
      for (name, tokenizer) in [("tiny", tiny), ("radiology", radiology)] {
        let found = tokenizer.tokenize(text).ids.map { Double($0) }
        #expect(found == golden[name]?.numbers, "\(name), \(text.debugDescription)")
      }
    }
  }

  @Test("Prompts have the reference's tokens") func prompts() throws {
    for golden in try Fixtures.cases("text-goldens.json") {
      let text = golden["text"]?.text ?? ""
      #expect(tiny.tokenize(text).ids.map { Double($0) } == golden["tokens"]?.numbers, "\(text)")
    }
  }

  @Test("The longest piece wins, and a word that cannot be built is unknown")
  func pieces() throws {
    let tokenizer = try Self.tokenizer(
      Array("[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n##b\n##bc\nabc\n##d\n_\n".utf8))
    let cases: [(String, [Int32])] = [
      ("a a", [4, 4]), ("ab a", [4, 5, 4]), ("abc a", [7, 4]), ("abcd a", [7, 8, 4]),
      ("abbc a", [4, 5, 6, 4]), ("abx a", [1, 4]), ("b a", [1, 4]), ("a_a a", [4, 9, 4, 4]),
      ("__ a", [9, 9, 4]), ("_a ab_", [9, 4, 4, 5, 9]), ("é a", [4]), ("éa a", [4, 4]),
    ]
    for (text, wanted) in cases {
      #expect(tokenizer.tokenize(text).ids == [2] + wanted + [3], "\(text)")
    }
  }

  @Test("A word of 100 letters is cut into pieces, one more letter makes it unknown")
  func wordLimit() throws {
    let tokenizer = try Self.tokenizer(
      Array("[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n##a\n".utf8), maximumTokens: 200)
    let limit = WordPieceTokenizer.wordLimit
    let longest = tokenizer.tokenize("a " + String(repeating: "a", count: limit)).ids
    #expect(longest == [2, 4, 4] + Array(repeating: 5, count: limit - 1) + [3])
    #expect(
      tokenizer.tokenize("a " + String(repeating: "a", count: limit + 1)).ids == [2, 4, 1, 3])
  }

  @Test("A text of T tokens is whole, one more is cut off and said so") func truncation() throws {
    let vocabulary = Array("[PAD]\n[UNK]\n[CLS]\n[SEP]\na\nb\n".utf8)
    for limit in [4, 5, 97] {
      let tokenizer = try Self.tokenizer(vocabulary, maximumTokens: limit)
      let words = Array(repeating: "a", count: limit - 2)
      let full = tokenizer.tokenize(words.joined(separator: " "))
      #expect(full.ids.count == limit && !full.isTruncated && !full.isEmpty, "\(limit)")
      let beyond = tokenizer.tokenize((words + ["b"]).joined(separator: " "))
      #expect(beyond.ids == full.ids && beyond.isTruncated, "\(limit)")
      let far = tokenizer.tokenize(
        (words + Array(repeating: "b", count: 500)).joined(separator: " "))
      #expect(far == beyond, "\(limit)")
    }
  }

  @Test(
    "What leaves no word is the empty text",
    arguments: ["", "Pneumonia", ".", "é 肺", "1. 2.", " \n"])
  func empty(_ text: String) {
    let tokenized = tiny.tokenize(text)
    #expect(tokenized.ids == [2, 3] && tokenized.isEmpty && !tokenized.isTruncated)
  }

  @Test("Zalgo, joiners and half a megabyte of anything take linear time") func linear() {
    let units = ["\u{301}", "👩‍👩‍👧‍👦\u{200d}", "a\u{301}", "_", ".", "1.", "a", "a ", "\u{202e}\u{0}"]
    for unit in units {
      let isLinear = WorkGrowth.isLinear { share in
        let count = Int(share * Double(1 << 19)) / unit.utf8.count
        let text = "lung nodule " + String(repeating: unit, count: count)
        #expect(tiny.tokenize(text).ids.count <= 97)
      }
      #expect(isLinear, "\(unit.debugDescription)")
    }
  }

  @Test("Random texts give rows of the vocabulary, at most T of them") func random() {
    let seed = FixtureSeed(70)
    var random = seed.generator
    for _ in 0..<2_000 {
      var scalars = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 0...120, using: &random) {
        let limit: UInt32 = Bool.random(using: &random) ? 0x80 : 0x3_0000
        scalars.append(Unicode.Scalar(UInt32.random(in: 0..<limit, using: &random)) ?? " ")
      }
      let tokenized = radiology.tokenize(String(scalars))
      #expect((2...97).contains(tokenized.ids.count), "\(seed)")
      #expect(tokenized.ids.allSatisfy { $0 >= 0 && $0 < 1000 }, "\(seed)")
      #expect(radiology.tokenize(String(scalars)) == tokenized, "\(seed)")
    }
  }
}
