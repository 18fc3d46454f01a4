/// Replaces signs and abbreviations such as "w/o", "isn't" and "(-)" by words that the rules know.
enum ReportShorthand {
  /// Returns the words for the sign at `index` and the sign's end; nil if no known sign is there.
  static func sign(
    in scalars: [Unicode.Scalar], at index: Int
  ) -> (words: [String], end: Int)? {
    for sign in signs[scalars[index].lowerASCII] ?? [] {
      let end = index + sign.text.count
      guard end <= scalars.count,
        scalars[index..<end].lazy.map(\.lowerASCII).elementsEqual(sign.text)
      else { continue }
      if let last = sign.text.last, last.isWordPart, end < scalars.count, scalars[end].isWordPart {
        continue
      }
      return (sign.words, end)
    }
    return nil
  }

  /// Returns the words for a contraction such as "isn't" or "can't", and its end. `range` covers the letters before the
  /// apostrophe. Returns nil if "'t" does not follow.
  static func contraction(
    in scalars: [Unicode.Scalar], word range: Range<Int>
  ) -> (words: [String], end: Int)? {
    let end = range.upperBound + 2
    guard range.count > 2, end <= scalars.count, scalars[range.upperBound - 1].lowerASCII == "n",
      scalars[range.upperBound] == "'" || scalars[range.upperBound] == "\u{2019}",
      scalars[range.upperBound + 1].lowerASCII == "t",
      end == scalars.count || !scalars[end].isWordPart
    else { return nil }
    let verb = String(scalars: scalars[range.dropLast()].map(\.lowerASCII))
    return (verb == "ca" ? ["cannot"] : [verb, "not"], end)
  }

  private static let signs: [Unicode.Scalar: [(text: [Unicode.Scalar], words: [String])]] = {
    let table = [
      "w/o": "without", "w/": "with", "h/o": "history of", "r/o": "rule out",
      "s/p": "status post", "e/o": "evidence of", "f/u": "follow up", "c/w": "consistent with",
      "d/t": "due to", "b/l": "bilateral", "&": "and", "<": "less than", "\u{2264}": "less than",
      "(-)": "is absent", "(\u{2212})": "is absent", "(\u{2013})": "is absent",
      "(+)": "is present",
    ]
    let signs = table.map { text, words in
      (text: Array(text.unicodeScalars), words: words.split(separator: " ").map(String.init))
    }
    // Longer signs come first, so that "w/o" is not mistaken for "w/".
    return Dictionary(grouping: signs.sorted { $0.text.count > $1.text.count }) { $0.text[0] }
  }()
}
