/// What the model's cleaning of texts does to a sentence, as far as it can swallow a text whole.
enum ModelCleaning {
  /// Whether at least one sentence has two words and one of them ASCII letters or digits, so that the
  /// encoder gets at least one word.
  ///
  /// - Source: `ModelSpecification.md`, "Text → tokens": sentences of one word are dropped, then scalars beyond ASCII.
  static func keepsWords(_ text: String) -> Bool {
    var words = 0
    var hasASCII = false
    var isInWord = false
    for scalar in text.unicodeScalars {
      if scalar == "." {
        words = 0
        hasASCII = false
        isInWord = false
      } else if scalar.isWordPart {
        if !isInWord { words += 1 }
        isInWord = true
        // A number before a full stop goes with the cut and must not count; a letter is sure to stay.
        if scalar.isASCIILetter { hasASCII = true }
      } else {
        isInWord = false
      }
      if words > 1, hasASCII, !isInWord || scalar.isASCIILetter { return true }
    }
    return false
  }
}
