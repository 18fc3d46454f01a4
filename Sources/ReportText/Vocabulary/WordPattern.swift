internal import CheckedNumbers

/// A pattern for a sequence of words.
///
/// In the tables, `a|b` matches either word, and `word*` matches any word that starts with `word`. `~3` is a gap of up
/// to three words. A gap does not match commas, words such as "no", or words that mean normal.
struct WordPattern {
  private enum Element {
    case word([(text: String, isPrefix: Bool)])
    case gap(Int)
  }

  private let elements: [Element]
  /// The number of words in the pattern, without gaps.
  let words: Int
  /// The first two letters of each word that can start a match.
  let beginnings: [String]

  init(_ source: Substring) {
    let elements = source.split(separator: " ").map { part -> Element in
      if part.first == "~", let most = Int(digits: part.dropFirst()) { return .gap(most) }
      return .word(
        part.split(separator: "|").map { word in
          word.hasSuffix("*") ? (String(word.dropLast()), true) : (String(word), false)
        })
    }
    self.elements = elements
    words = elements.count { if case .word = $0 { true } else { false } }
    if case .word(let words)? = elements.first {
      beginnings = Array(Set(words.map { Self.beginning(of: $0.text) }))
    } else {
      beginnings = []
    }
  }

  static func beginning(of word: String) -> String {
    String(decoding: word.utf8.prefix(2), as: UTF8.self)
  }

  /// Returns the end of the match that starts at `start`; nil if the pattern does not match there.
  func end(in tokens: ArraySlice<ReportToken>, from start: Int) -> Int? {
    end(in: tokens, from: start, elements[...])
  }

  private func end(
    in tokens: ArraySlice<ReportToken>, from start: Int, _ elements: ArraySlice<Element>
  ) -> Int? {
    guard let element = elements.first else { return start }
    switch element {
    case .word(let words):
      guard start < tokens.endIndex else { return nil }
      let text = tokens[start].text
      guard words.contains(where: { $0.isPrefix ? text.hasPrefix($0.text) : text == $0.text })
      else {
        return nil
      }
      return end(in: tokens, from: start + 1, elements.dropFirst())
    case .gap(let most):
      for length in 0...most {
        if let end = end(in: tokens, from: start + length, elements.dropFirst()) { return end }
        guard start + length < tokens.endIndex, Self.mayLieBetween(tokens[start + length]) else {
          return nil
        }
      }
      return nil
    }
  }

  private static func mayLieBetween(_ token: ReportToken) -> Bool {
    ![",", "normal", "natural", ":", "(", "no", "without", "unremarkable"].contains(token.text)
  }
}
