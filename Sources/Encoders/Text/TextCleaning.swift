/// Converts free text to the words that the text encoder was trained on.
///
/// Newlines become spaces. The text is cut at `[0-9]+\.` and at `.` into sentences. Each sentence
/// is lower-cased; its words are runs of `_` and of scalars of category L* or N*. Sentences of one
/// word or none are dropped. Then scalars beyond ASCII are removed from the words.
///
/// - Source: the authors' preprocessing as `ModelSpecification.md` and the PyTorch reference state it.
enum TextCleaning {
  /// The words of all remaining sentences, in order, in ASCII; none is empty.
  static func words(of text: String) -> [[UInt8]] {
    var cleaned: [[UInt8]] = []
    var sentence: [Unicode.Scalar] = []
    for scalar in text.unicodeScalars {
      guard scalar == "." else {
        sentence.append(scalar)
        continue
      }
      // The number right before a full stop belongs to the cut, as in a list "1. … 2. …".
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
