import ReportText
import TestSupport
import Testing

@Suite struct PromptFormTests {
  /// The sentence that the model's template makes, as the encoder gets it.
  private func sentence(_ form: PromptForm) -> String {
    switch form {
    case .sentence(let text): text
    case .finding(let term, let isNegated): isNegated ? "There is no \(term)" : "There is \(term)"
    }
  }

  @Test func whatUsersTypeTakesTheFormOfTheTable() {
    #expect(PromptFormTable.all.count >= 80)
    for (text, form) in PromptFormTable.all {
      #expect(PromptForm.of(text) == form, "\(text.debugDescription)")
    }
  }

  @Test func aligningAnAlignedTextChangesNothing() {
    for (text, _) in PromptFormTable.all {
      let once = sentence(PromptForm.of(text))
      let again = PromptForm.of(once)
      if case .sentence(let kept) = again {
        #expect(Array(kept.utf8) == Array(once.utf8))
      } else {
        Issue.record("not a sentence: \(once.debugDescription)")
      }
    }
  }

  @Test func sentencesAreLeftAloneByteForByte() {
    for (text, _) in PromptFormTable.sentences {
      guard case .sentence(let kept) = PromptForm.of(text) else {
        Issue.record("no sentence: \(text)")
        continue
      }
      #expect(Array(kept.utf8) == Array(text.utf8))
    }
  }

  @Test func noWordsInAnyOrderBreakIdempotence() {
    let words = [
      "no", "is", "there", "a", "?", "effusion", ".", "1.", "not", "seen", "- ", "(", ")",
      "\u{301}",
      "\u{708E}", "absent", "r/o", "the", "lung.", "without", "\u{201C}", "are", "has", "5",
      "enlarged?",
    ]
    var state: UInt64 = 7
    for _ in 0..<5_000 {
      var text = ""
      for _ in 0..<6 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text += words[Int(state >> 33) % words.count] + (state >> 20 & 3 == 0 ? "" : " ")
      }
      let once = sentence(PromptForm.of(text))
      guard case .sentence(let kept) = PromptForm.of(once) else {
        Issue.record("not a sentence: \(once.debugDescription) from \(text.debugDescription)")
        continue
      }
      #expect(Array(kept.utf8) == Array(once.utf8), "from \(text.debugDescription)")
    }
  }

  @Test func longAndOddTextsTakeLinearTime() {
    let texts = [
      String(repeating: "\u{301}", count: 10_000), String(repeating: "no ", count: 20_000),
      String(repeating: "-no ", count: 16_000) + String(repeating: "x", count: 30_000),
      String(repeating: "?", count: 64_000), String(repeating: "a. ", count: 20_000),
      String(repeating: "\u{1F469}\u{200D}", count: 10_000),
      String(repeating: "not seen ", count: 8_000),
      String(repeating: "((", count: 32_000), String(repeating: ") ", count: 32_000),
    ]
    for text in texts {
      let isLinear = WorkGrowth.isLinear { share in
        _ = PromptForm.of(
          String(decoding: text.utf8.prefix(Int(share * Double(text.utf8.count))), as: UTF8.self))
      }
      #expect(isLinear, "\(text.prefix(8).debugDescription)")
    }
  }
}
