/// The words of a prompt, each as written and in normalised form. White space separates words.
struct PromptPhrase {
  struct Word {
    /// The word as written.
    var scalars: ArraySlice<Unicode.Scalar>
    /// The word in normalised form: ASCII letters in lower case, without surrounding ASCII punctuation. Empty if the
    /// word is longer than `longestKey`.
    var key: String
  }

  var words: ArraySlice<Word>

  init(_ text: String) {
    let scalars = Array(text.unicodeScalars)
    words = scalars.split { $0.isBlank }.map { Word(scalars: $0, key: Self.key(of: $0)) }[...]
  }

  /// The words as written, separated by single spaces.
  var text: String { words.map { String(scalars: $0.scalars) }.joined(separator: " ") }

  /// True if the prompt starts with "there is" or "there are".
  var isInModelForm: Bool {
    guard words.count > 1, let first = words.first?.scalars, Self.lower(first) == "there" else {
      return false
    }
    let verb = Self.lower(words[words.startIndex + 1].scalars.prefix { $0.isWordPart })
    return verb == "is" || verb == "are"
  }

  var endsWithFullStop: Bool {
    guard let last = words.last?.scalars.last(where: { !Self.quotes.contains($0) }) else {
      return false
    }
    return last == "."
  }

  /// True if a word other than the last one ends a sentence with a full stop.
  ///
  /// Such a word must have at least two letters and no digits, and must not be an abbreviation. "1." and the "S." in
  /// "S. aureus" therefore do not end a sentence.
  var hasInnerFullStop: Bool {
    words.dropLast().contains { word in
      word.scalars.last == "." && word.key.utf8.count > 1
        && word.key.unicodeScalars.allSatisfy { !$0.isDigit }
        && !Self.abbreviations.contains(word.key)
    }
  }

  /// Removes bullets and list numbers ("- ", "• ", "1. ", "(2) ") from the start. Returns true if it removed any.
  mutating func dropListMark() -> Bool {
    let count = words.count
    while words.count > 1, let first = words.first, Self.isListMark(first.scalars) {
      words.removeFirst()
    }
    return words.count < count
  }

  static func lower(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    String(scalars: scalars.lazy.map(\.lowerASCII))
  }

  private static func key(of scalars: ArraySlice<Unicode.Scalar>) -> String {
    var core = scalars
    while let first = core.first, first.isASCII, !first.isWordPart { core.removeFirst() }
    while let last = core.last, last.isASCII, !last.isWordPart { core.removeLast() }
    // All words in the phrase tables are shorter than this. An empty key for longer words keeps comparisons fast.
    guard core.count <= longestKey else { return "" }
    // Replace the typographic apostrophe by the ASCII one.
    return lower(core.map { $0 == "\u{2019}" ? "'" : $0 })
  }

  private static func isListMark(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
    if scalars.allSatisfy({ bullets.contains($0) }) { return true }
    guard let last = scalars.last, last == "." || last == ")" else { return false }
    let number = scalars.drop { $0 == "(" }.dropLast()
    return (1...3).contains(number.count)
      && (number.allSatisfy(\.isDigit) || last == ")" && number.count == 1)
  }

  private static let bullets: Set<Unicode.Scalar> = [
    "-", "*", "\u{2022}", "\u{B7}", "\u{2013}", "\u{2014}", "\u{25CF}", "\u{25AA}", "+", ">", "#",
  ]
  private static let longestKey = 24
  static let quotes: Set<Unicode.Scalar> = [
    "\"", "'", "`", "\u{2018}", "\u{2019}", "\u{201C}", "\u{201D}", "\u{201E}", "\u{AB}", "\u{BB}",
  ]
  private static let abbreviations: Set<String> = [
    "approx", "vs", "ca", "incl", "max", "min", "e.g", "i.e", "resp", "susp", "lt", "rt", "bilat",
  ]
}
