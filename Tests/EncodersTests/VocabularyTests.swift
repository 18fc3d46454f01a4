import TestSupport
import Testing

@testable import Encoders

@Suite("Hostile vocabulary") struct VocabularyTests {
  let lines: [String]

  init() throws {
    lines = String(decoding: try Fixtures.bytes("tiny-model/vocab.txt"), as: UTF8.self)
      .split(separator: "\n").map { String($0) }
  }

  @Test("One word less or more than the embedding table has rows is refused with both numbers")
  func count() throws {
    for words in [Array(lines.dropLast()), lines + ["spare"], []] {
      let error = try refusal(words)
      #expect(
        error
          == .vocabulary(
            reason: "has \(words.count) lines, the embedding table has \(lines.count) rows"))
      #expect(error?.description.hasPrefix("vocab.txt: ") == true)
    }
  }

  @Test("A word used twice is refused with its line") func duplicate() throws {
    for (from, to) in [(lines.count - 1, 50), (1, 0), (7, 6)] {
      var words = lines
      words[from] = words[to]
      #expect(try refusal(words) == .vocabulary(reason: "line \(from + 1) repeats an earlier one"))
    }
  }

  @Test(
    "A vocabulary that lacks a special word is refused",
    arguments: ["[PAD]", "[UNK]", "[CLS]", "[SEP]"])
  func special(_ word: String) throws {
    let words = lines.map { $0 == word ? "[other]" : $0 }
    #expect(try refusal(words) == .vocabulary(reason: "lacks \(word)"))
  }

  @Test("Windows line ends do not pass unnoticed") func lineEnds() throws {
    #expect(try refusal(lines.map { $0 + "\r" }) == .vocabulary(reason: "lacks [PAD]"))
  }

  @Test("Words are compared as bytes: two normal forms are two words") func normalForms() throws {
    var words = lines
    words[90] = "caf\u{e9}"
    words[91] = "cafe\u{301}"
    #expect(try refusal(words) == nil)
  }

  @Test("A vocabulary of 64 MiB and a byte is refused before it is read") func tooLarge() throws {
    let (limit, bytes) = (64 << 20, [UInt8](repeating: 0x0a, count: 64 << 20 + 1))
    let folder = try ModelFolder(replacing: ["vocab.txt": bytes])
    #expect(
      TinyModel.refusal(folder) == .tooLarge(file: "vocab.txt", bytes: limit + 1, limit: limit))
  }

  private func refusal(_ words: [String]) throws -> ModelError? {
    let bytes = Array(words.map { $0 + "\n" }.joined().utf8)
    return TinyModel.refusal(try ModelFolder(replacing: ["vocab.txt": bytes]))
  }
}
