import Testing

@testable import Encoders

@Suite("Text cleaning") struct TextCleaningTests {
  @Test(
    "Texts become the words that the model was trained on",
    arguments: [
      ("There is Lung nodule", "there is lung nodule"),
      ("line one\nline two", "line one line two"), ("a\r\nb\tc", "a b c"),
      // Sentences of one word or none are dropped.
      ("Pneumonia", ""), ("Pneumonia. No effusion.", "no effusion"),
      ("One. Two words. 3.", "two words"),
      // A number before a full stop goes with the cut; other numbers stay.
      ("1. No effusion 2. Heart normal", "no effusion heart normal"),
      ("size 3.5 mm here", "5 mm here"), ("version v12. two words", "version v two words"),
      ("10 mm nodule", "10 mm nodule"), ("a b12.c d", "a b c d"),
      // Words are runs of letters, digits and underscores.
      ("x-ray of chest/abdomen (CT)", "x ray of chest abdomen ct"), ("don't stop", "don t stop"),
      ("is_normal now", "is_normal now"), ("_ _", "_ _"),
      // Scalars beyond ASCII are stripped after the words were counted.
      ("Café noir", "caf noir"), ("肺 nodule", "nodule"), ("肺 炎", ""), ("é nodule", "nodule"),
      ("naïve Übung", "nave bung"), ("x² y", "x y"), ("½ a", "a"),
      // A mark is no word scalar and ends a word; İ becomes i and a mark.
      ("cafe\u{301} noir", "cafe noir"), ("cafe\u{301}s", "cafe s"), ("\u{130}x", "i x"),
      // Joiners, marks and signs of any width are separators.
      ("a\u{200d}b", "a b"), ("a\u{a0}b", "a b"), ("👍 a b 👎", "a b"), ("a\u{0}b", "a b"),
      // The Kelvin sign's lower case is an ASCII letter.
      ("\u{212a}g of it", "kg of it"), ("Ⅻ a", "a"), ("٣ a", "a"), ("ＡＢ c", "c"),
    ])
  func byHand(_ text: String, _ wanted: String) {
    let words = TextCleaning.words(of: text).map { String(decoding: $0, as: UTF8.self) }
    #expect(words.joined(separator: " ") == wanted)
    #expect(!words.contains(""))
  }
}
