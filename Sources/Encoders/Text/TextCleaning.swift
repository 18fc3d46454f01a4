/// Splits free text into the words that the text encoder was trained on.
///
/// 1. Newlines become spaces.
/// 2. The text is split into sentences at `[0-9]+\.` and at `.`.
/// 3. Each sentence is converted to lower case. A word is a run of `_` and of Unicode scalars in the categories L* and
///    N*.
/// 4. Sentences with fewer than two words are dropped.
/// 5. Non-ASCII scalars are removed from the words.
///
/// - Source: the authors' preprocessing, as described in `ModelSpecification.md` and implemented in the PyTorch
///   reference.
enum TextCleaning {
  /// Returns the words of all remaining sentences in order, as ASCII. Words that became empty are omitted.
  static func words(of text: String) -> [[UInt8]] {
    var cleaned: [[UInt8]] = []
    var sentence: [Unicode.Scalar] = []
    for scalar in text.unicodeScalars {
      guard scalar == "." else {
        sentence.append(scalar)
        continue
      }
      // Remove a number right before a full stop, as in a numbered list: “1. … 2. …”.
      while let last = sentence.last, ("0"..."9").contains(last) { sentence.removeLast() }
      appendWords(of: sentence, to: &cleaned)
      sentence.removeAll(keepingCapacity: true)
    }
    appendWords(of: sentence, to: &cleaned)
    return cleaned
  }

  private static func appendWords(of sentence: [Unicode.Scalar], to cleaned: inout [[UInt8]]) {
    var words: [[UInt8]] = []
    var word: [UInt8] = []
    var isInWord = false
    for scalar in sentence {
      for lower in lowercase(scalar) {
        if isWordScalar(lower) {
          isInWord = true
          if lower.isASCII { word.append(UInt8(truncatingIfNeeded: lower.value)) }
        } else if isInWord {
          words.append(word)
          word.removeAll(keepingCapacity: true)
          isInWord = false
        }
      }
    }
    if isInWord { words.append(word) }
    guard words.count > 1 else { return }
    cleaned += words.filter { !$0.isEmpty }
  }

  private static func lowercase(_ scalar: Unicode.Scalar) -> String.UnicodeScalarView {
    if scalar.isASCII {
      let isUpper = ("A"..."Z").contains(scalar)
      return String(isUpper ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar).unicodeScalars
    }
    return scalar.properties.lowercaseMapping.unicodeScalars
  }

  private static func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber, .letterNumber, .otherNumber:
      true
    default: scalar == "_"
    }
  }
}
