/// Predicts whether the model's text cleaning would remove all words of a text.
enum ModelCleaning {
  /// Returns true if at least one word of `text` reaches the encoder.
  ///
  /// This requires a sentence with at least two words, one of which contains an ASCII letter.
  ///
  /// - Source: `ModelSpecification.md`, "Text → tokens". The cleaning first drops sentences of one word and then all
  ///   non-ASCII characters.
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
        // Digits do not count, because the cleaning removes a number before a full stop. It never removes ASCII
        // letters.
        if scalar.isASCIILetter { hasASCII = true }
      } else {
        isInWord = false
      }
      if words > 1, hasASCII, !isInWord || scalar.isASCIILetter { return true }
    }
    return false
  }
}
