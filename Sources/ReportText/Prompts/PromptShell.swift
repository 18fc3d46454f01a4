/// Strips the phrases around the term of a prompt, such as "Is there any evidence of … ?", "no …" and "… is not seen".
struct PromptShell {
  private var words: ArraySlice<PromptPhrase.Word>
  private let whole: PromptPhrase
  private var isQuestion = false
  private var isPeeled = false
  private var isPseudoNegation = false
  private(set) var isNegated = false

  init(_ phrase: PromptPhrase) {
    whole = phrase
    words = phrase.words
    isQuestion = phrase.words.last?.scalars.last { !PromptPhrase.quotes.contains($0) } == "?"
  }

  /// Removes known phrases from both ends of the prompt until neither end has one.
  ///
  /// - Complexity: Linear in the length of the prompt. Each step takes constant time and removes at least one character
  ///   or word.
  mutating func open() {
    trimPunctuation()
    while takeLeading() || takeTrailing() { trimPunctuation() }
  }

  /// The term. If the prompt consists only of known phrases, the whole prompt without surrounding punctuation.
  var term: String {
    let rest = words.isEmpty ? Self.trimmed(whole.words) : words
    let hasWord = rest.contains { $0.scalars.contains { $0.isWordPart } }
    guard hasWord else { return "" }
    return rest.indices.map { index in
      // Replace an inner full stop by a comma. Otherwise the model would split the term into sentences there and drop
      // those of a single word.
      let scalars = rest[index].scalars
      let isCut = index < rest.endIndex - 1 && scalars.last == "." && scalars.count > 2
      return isCut ? String(scalars: scalars.dropLast()) + "," : String(scalars: scalars)
    }.joined(separator: " ")
  }

  /// A question about the state of an organ, turned into a statement: "Is the heart enlarged?" becomes "The heart is
  /// enlarged". Nil for any other text.
  var answerToQuestion: String? {
    let whole = Self.trimmed(whole.words)
    guard isQuestion, whole.count > 3, let verb = whole.first?.key, verb == "is" || verb == "are",
      let article = whole.dropFirst().first, article.key == "the",
      let last = whole.last, PromptWording.states.contains(last.key)
    else { return nil }
    let subject = whole.dropFirst(2).dropLast().map { String(scalars: $0.scalars) }
    return (["The"] + subject + [verb, String(scalars: last.scalars)]).joined(separator: " ")
  }

  /// Returns true if the text is a sentence rather than a term: it contains a verb, or it is long and ends with a full
  /// stop.
  func isStatement(endsWithFullStop: Bool) -> Bool {
    if isPseudoNegation { return true }
    if isQuestion { return false }
    if words.dropFirst().contains(where: { PromptWording.verbs.contains($0.key) }) { return true }
    return endsWithFullStop && !isPeeled && words.count > PromptWording.longestTerm
  }

  private mutating func takeLeading() -> Bool {
    for length in stride(from: min(PromptWording.longestShell, words.count), to: 0, by: -1) {
      let key = words.prefix(length).map(\.key).joined(separator: " ")
      guard let meaning = PromptWording.leading[key] else { continue }
      guard words.count > length, hasWord(words.dropFirst(length)) else { return false }
      let next = words.dropFirst(length).prefix(2).map(\.key)
      if meaning == .denies, PromptWording.areChange(next) {
        isPseudoNegation = true
        return false
      }
      words.removeFirst(length)
      apply(meaning)
      return true
    }
    return false
  }

  private mutating func takeTrailing() -> Bool {
    for length in stride(from: min(PromptWording.longestShell, words.count), to: 0, by: -1) {
      let key = words.suffix(length).map(\.key).joined(separator: " ")
      guard let meaning = PromptWording.trailing[key] else { continue }
      guard words.count > length, hasWord(words.dropLast(length)) else { return false }
      words.removeLast(length)
      // In "effusion - no", the dash is removed together with "no". A dash elsewhere may mean "negative" and stays.
      if words.count > 1, words.last?.key.isEmpty == true, words.last?.scalars.count == 1 {
        words.removeLast()
      }
      apply(meaning)
      return true
    }
    return false
  }

  private mutating func apply(_ meaning: PromptWording.Meaning) {
    switch meaning {
    case .article: break
    case .affirms: isPeeled = true
    case .asks:
      isPeeled = true
      isQuestion = true
    case .denies:
      isPeeled = true
      isNegated = true
    case .reverses:
      isPeeled = true
      isNegated.toggle()
    }
  }

  /// Returns true if one of the first eight words of `rest` contains a letter or digit. The number of words is limited
  /// so that the cost does not depend on the text's length.
  private func hasWord(_ rest: ArraySlice<PromptPhrase.Word>) -> Bool {
    rest.prefix(8).contains { $0.scalars.contains { $0.isWordPart } }
  }

  private mutating func trimPunctuation() { Self.trim(&words) }

  private static func trimmed(
    _ words: ArraySlice<PromptPhrase.Word>
  ) -> ArraySlice<PromptPhrase.Word> {
    var words = words
    trim(&words)
    return words
  }

  /// Removes punctuation from both ends of `words`. Works in place, because copying the array at each step would be
  /// slow for texts of many short words.
  private static func trim(_ words: inout ArraySlice<PromptPhrase.Word>) {
    let isBracketed = words.first?.scalars.first == "(" && words.last?.scalars.last == ")"
    while let first = words.first {
      let core = first.scalars.drop { leadingMarks.contains($0) || isBracketed && $0 == "(" }
      if core.count < first.scalars.count, !core.isEmpty {
        words[words.startIndex].scalars = core
      }
      if !core.isEmpty { break }
      words.removeFirst()
    }
    while let last = words.last {
      var core = last.scalars
      while let end = core.last, trailingMarks.contains(end) || isBracketed && end == ")" {
        core.removeLast()
      }
      if core.count < last.scalars.count, !core.isEmpty {
        words[words.endIndex - 1].scalars = core
      }
      if !core.isEmpty { break }
      words.removeLast()
    }
  }

  private static let leadingMarks = PromptPhrase.quotes.union(
    "?!.,;:-*#>\u{2022}\u{B7}\u{BF}\u{A1}\u{2013}\u{2014}\u{2026}\u{25CF}\u{25AA}".unicodeScalars)
  private static let trailingMarks = PromptPhrase.quotes.union(
    "?!.,;:\u{2026}\u{3002}\u{FF1F}".unicodeScalars)
}
