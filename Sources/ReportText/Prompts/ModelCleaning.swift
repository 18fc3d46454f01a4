/// Predicts whether the model's text cleaning would leave nothing of a text.
enum ModelCleaning {
  /// Returns true if the encoder gets at least one word of `text`.
  ///
  /// This requires a sentence with at least two words, of which one contains an ASCII letter.
  ///
  /// - Source: `ModelSpecification.md`, "Text → tokens". The cleaning drops sentences of one word,
  ///   then all characters that are not ASCII.
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
        // Digits do not count, because the cleaning removes a number before a full stop. It never removes letters.
        if scalar.isASCIILetter { hasASCII = true }
      } else {
        isInWord = false
      }
      if words > 1, hasASCII, !isInWord || scalar.isASCIILetter { return true }
    }
    return false
  }
}
