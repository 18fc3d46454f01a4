/// Predicts whether the model's text cleaning would empty a text.
enum ModelCleaning {
  /// Whether at least one sentence has two words, one of them with ASCII letters or digits, so that
  /// the encoder gets at least one word.
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
        // A number before a full stop is removed, so it does not count; letters always remain.
        if scalar.isASCIILetter { hasASCII = true }
      } else {
        isInWord = false
      }
      if words > 1, hasASCII, !isInWord || scalar.isASCIILetter { return true }
    }
    return false
  }
}
