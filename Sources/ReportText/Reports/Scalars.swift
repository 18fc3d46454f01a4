extension Unicode.Scalar {
  /// True if the model's text cleaning treats this scalar as part of a word: a letter, a number or `_`.
  var isWordPart: Bool {
    if isASCII { return isASCIILetterOrDigit || self == "_" }
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber, .letterNumber, .otherNumber:
      return true
    default: return false
    }
  }

  var isASCIILetterOrDigit: Bool { isASCIILetter || isDigit }

  var isASCIILetter: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) }

  var isUpperCase: Bool { ("A"..."Z").contains(self) }

  var isDigit: Bool { ("0"..."9").contains(self) }

  var isLineBreak: Bool { self == "\n" || self == "\r" || self == "\u{2028}" || self == "\u{2029}" }

  /// True for white space, control characters and the byte order mark.
  var isBlank: Bool {
    value <= 0x20 || value == 0x7F || self == "\u{FEFF}" || (!isASCII && properties.isWhitespace)
  }

  /// The scalar in lower case if it is an ASCII letter. Otherwise the scalar itself.
  var lowerASCII: Unicode.Scalar {
    isUpperCase ? Unicode.Scalar(UInt8(truncatingIfNeeded: value) | 0x20) : self
  }
}

extension String {
  init(scalars: some Sequence<Unicode.Scalar>) {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    self.init(view)
  }
}
