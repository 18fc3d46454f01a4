/// Splits a text that is not cleaned into the words of BERT's uncased vocabulary.
///
/// 1. White space separates words. Control characters and U+FFFD are removed.
/// 2. Letters are converted to lower case, and their accents are removed.
/// 3. Each punctuation mark and each Chinese character is a word of its own.
///
/// A special token in the text, such as `[SEP]`, is text.
///
/// - Source: Devlin et al., arXiv 1810.04805; the basic tokenization of BERT.
enum PlainWords {
  /// Returns the words in order, as UTF-8.
  static func words(of text: String) -> [[UInt8]] {
    var words: [[UInt8]] = []
    var word: [UInt8] = []
    func end() {
      if !word.isEmpty { words.append(word) }
      word.removeAll(keepingCapacity: true)
    }
    for scalar in text.unicodeScalars {
      switch kind(of: scalar) {
      case .space: end()
      case .ignored: continue
      case .ideograph:
        end()
        words.append(Array(String(scalar).utf8))
      case .other:
        for lower in scalar.properties.lowercaseMapping.unicodeScalars
        where lower.properties.generalCategory != .nonspacingMark {
          let base = Accents.base(of: lower)
          if isPunctuation(base) {
            end()
            words.append(Array(String(base).utf8))
          } else {
            word += Array(String(base).utf8)
          }
        }
      }
    }
    end()
    return words
  }

  private enum Kind {
    case space, ignored, ideograph, other
  }

  private static func kind(of scalar: Unicode.Scalar) -> Kind {
    switch scalar {
    case "\t", "\n", "\r", " ": return .space
    case "!"..."~": return .other
    case "\u{FFFD}": return .ignored
    default: break
    }
    switch scalar.properties.generalCategory {
    case .spaceSeparator, .lineSeparator, .paragraphSeparator: return .space
    case .control, .format, .surrogate, .privateUse, .unassigned: return .ignored
    default: return isIdeograph(scalar) ? .ideograph : .other
    }
  }

  private static func isIdeograph(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F,
      0x2B740...0x2B81F, 0x2B820...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }

  /// True for the ASCII signs that are neither letters nor digits, and for everything that Unicode calls punctuation.
  private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9": false
    case "!"..."~": true
    default:
      switch scalar.properties.generalCategory {
      case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
        .initialPunctuation, .finalPunctuation, .otherPunctuation:
        true
      default: false
      }
    }
  }
}
