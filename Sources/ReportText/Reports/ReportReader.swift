/// Splits a report into sentences. Each sentence consists of tokens and belongs to a section.
///
/// A full stop does not end a sentence if it is inside a number ("1.5 cm"), after an abbreviation or after a list
/// number. A line break ends a sentence only if the next line starts something new.
struct ReportReader {
  private var sentences: [ReportSentence] = []
  private var tokens: [ReportToken] = []
  private var section = ReportSection.preamble
  private var sectionHasText = false
  private var isInLaterBlock = false
  private var depth = 0
  /// The words that introduce a list, such as "No evidence of the following:". They apply to each item.
  private var listHead: [ReportToken] = []
  private var isAtItem = false

  /// Returns the sentences of `report` in order, without headings.
  ///
  /// - Complexity: Linear in the length of the report.
  static func sentences(of report: String) -> [ReportSentence] {
    var reader = ReportReader()
    reader.read(Array(report.unicodeScalars))
    let hasFindings = reader.sentences.contains { $0.section == .findings }
    let hasImpression = reader.sentences.contains { $0.section == .impression }
    return ReportSection.reopened(reader.sentences).map { sentence in
      var sentence = sentence
      // If a heading "Findings:" exists, text before the first heading is a title or patient data. Otherwise it is the
      // report itself.
      if sentence.section == .preamble { sentence.section = hasFindings ? .other : .findings }
      if sentence.section == .note { sentence.section = .other }
      // Without headings for findings and impression, the report itself may continue after a blank line in another
      // section, such as the technique.
      if !hasFindings, !hasImpression, sentence.isInLaterBlock { sentence.section = .findings }
      return sentence
    }
  }

  private mutating func read(_ scalars: [Unicode.Scalar]) {
    var index = 0
    var lineStart = 0
    while index < scalars.count {
      let scalar = scalars[index]
      if let sign = ReportShorthand.sign(in: scalars, at: index) {
        append(sign.words)
        index = sign.end
        continue
      }
      if scalar.isWordPart {
        let end = endOfWord(scalars, index)
        if let words = ReportShorthand.contraction(in: scalars, word: index..<end) {
          append(words.words)
          index = words.end
          continue
        }
        if Self.isMonth(scalars[index..<end], behind: tokens.last) {
          append(["month"])
          index = end
          continue
        }
        let isNumber = scalar.isDigit && scalars[index..<end].allSatisfy { !$0.isASCIILetter }
        append(scalars[index..<end], isNumber ? .number : .word)
        index = end
        continue
      }
      switch scalar {
      case "\u{00D7}": append(["x"])
      case "*" where isTimes(scalars, index): append(["x"])
      case ".":
        if isNumero(scalars, index) {
          tokens.removeLast()
        } else if endsSentence(scalars, index) {
          endSentence()
        }
      case ";": endSentence()
      case "!": endSentence()
      case "?":
        append(scalars[index...index], .mark)
        if depth == 0 { endSentence() }
      case "(", "[": openBracket()
      case ")", "]": closeBracket()
      case ",", ":": append(scalars[index...index], .mark)
      case "/": append(",", .mark)
      case "\u{2013}", "\u{2014}": appendDash()
      case "-": if isDash(scalars, index) { appendDash() }
      case "\u{2022}", "\u{25CF}", "\u{25AA}", "*": beginLine(isItem: true)
      default:
        if scalar.isLineBreak, !(scalar == "\r" && scalars[(index + 1)...].first == "\n") {
          let line = Self.line(of: scalars, after: index)
          if line.first?.isLineBreak == true {
            // After a colon, a blank line may separate a list from its introduction.
            if tokens.last?.text != ":" { endSentence() }
            isInLaterBlock = sectionHasText
          } else if startsAnew(line, length: index - lineStart) {
            beginLine(isItem: Self.isItem(line))
          }
          lineStart = index + 1
        }
      }
      index += 1
    }
    endSentence()
  }

  /// Returns true if "May" is the month, as in "3 May" and "of May", and not the verb that expresses doubt.
  private static func isMonth(
    _ word: ArraySlice<Unicode.Scalar>, behind former: ReportToken?
  ) -> Bool {
    guard word.count == 3, word.elementsEqual("May".unicodeScalars), let former else {
      return false
    }
    return former.kind == .number || beforeMonth.contains(former.text)
  }

  /// Returns the end of the word or number at `index`.
  ///
  /// A number includes points and commas between its digits. Dimensions without spaces are split: "12x10mm" becomes
  /// "12", "x", "10" and "mm".
  private func endOfWord(_ scalars: [Unicode.Scalar], _ index: Int) -> Int {
    if isTimes(scalars, index) { return index + 1 }
    if scalars[index].isDigit, let end = endOfSize(scalars, index) { return end }
    var end = index
    while end < scalars.count {
      if scalars[end].isWordPart {
        end += 1
      } else if scalars[end] == "." || scalars[end] == ",", scalars[index].isDigit,
        end + 1 < scalars.count, scalars[end - 1].isDigit, scalars[end + 1].isDigit
      {
        end += 1
      } else {
        break
      }
    }
    return end
  }

  /// Returns the end of the number at `index` if a unit of length or a times sign follows directly; otherwise nil.
  private func endOfSize(_ scalars: [Unicode.Scalar], _ index: Int) -> Int? {
    var end = index
    while end < scalars.count,
      scalars[end].isDigit
        || (scalars[end] == "." || scalars[end] == ",")
          && scalars[(end + 1)...].first?.isDigit == true
    {
      end += 1
    }
    if isTimes(scalars, end) { return end }
    let unit = scalars[end...].prefix(3)
    guard unit.count == 2 || unit.count == 3 && unit.last?.isWordPart == false else { return nil }
    return ["mm", "cm"].contains(String(scalars: unit.prefix(2).map(\.lowerASCII))) ? end : nil
  }

  /// Returns true if the character at `index` is a times sign between two digits.
  private func isTimes(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
    guard index > 0, index + 1 < scalars.count, scalars[index - 1].isDigit,
      scalars[index + 1].isDigit
    else { return false }
    return ["x", "X", "*"].contains(scalars[index])
  }

  /// Returns true if the "no" before the full stop at `index` means "number", as in "Rib no. 7". In "1. Effusion: No.
  /// 2. Nodule: yes.", it is a denial.
  private func isNumero(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
    guard tokens.last?.text == "no", tokens.dropLast().last?.text != ":" else { return false }
    return scalars[(index + 1)...].first { !$0.isBlank }?.isDigit == true
  }

  private func endsSentence(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
    guard let last = tokens.last else { return true }
    guard index + 1 < scalars.count else { return true }
    let next = scalars[index + 1]
    guard next.isBlank || next.isLineBreak else {
      // Some systems drop the space after a full stop, as in "open.Mediastinal".
      return next.isUpperCase && index > 0 && !scalars[index - 1].isUpperCase
        || [")", "\"", "\u{201D}", "\u{2019}", "\u{00BB}"].contains(next)
    }
    // In "dated 16.03. 2016", the full stop belongs to the date.
    if last.kind == .number, last.text.contains("."),
      scalars[(index + 1)...].first(where: { !$0.isBlank })?.isDigit == true
    {
      return false
    }
    if Self.titles.contains(last.text) { return false }
    guard Self.abbreviations.contains(last.text) else { return true }
    return scalars[(index + 1)...].first { !$0.isBlank }.map(\.isUpperCase) ?? true
  }

  /// Returns true if the dash at `index` acts as a comma. It must be surrounded by spaces and must not start a
  /// sentence.
  private func isDash(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
    guard !tokens.isEmpty, index > 0, index + 1 < scalars.count else { return false }
    return scalars[index - 1].isBlank && scalars[index + 1].isBlank
  }

  /// Returns the text after the line break at `index`, without leading spaces and tabs.
  private static func line(of scalars: [Unicode.Scalar], after index: Int) -> ArraySlice<
    Unicode.Scalar
  > {
    scalars[(index + 1)...].drop { $0 == " " || $0 == "\t" }
  }

  /// Returns true if `line` starts a new sentence.
  ///
  /// - Parameter length: The number of characters in the previous line.
  private func startsAnew(_ line: ArraySlice<Unicode.Scalar>, length: Int) -> Bool {
    guard let first = line.first, first.isWordPart || first == "(" else { return true }
    if first.isDigit { return Self.isItem(line) }
    if tokens.last?.text == ":" { return false }
    let isShortLine = length < Self.shortLine
    return first.isUpperCase && isShortLine || tokens.count <= 3 && first.isUpperCase
  }

  /// Returns true if `line` starts with a bullet or a list number.
  private static func isItem(_ line: ArraySlice<Unicode.Scalar>) -> Bool {
    guard let first = line.first, first.isDigit else {
      return line.first.map(bullets.contains) ?? false
    }
    // "1." and "1)" are list numbers, but the "1." in "1.5 cm" is not.
    let mark = line.prefix(5).drop { $0.isDigit }
    return mark.first == ")" || mark.first == "." && mark.dropFirst().first?.isDigit != true
  }

  /// Ends the sentence before a line that starts something new. If the sentence ends with a colon and the line is a
  /// list item, stores the sentence as ``listHead``.
  private mutating func beginLine(isItem: Bool) {
    if isItem, tokens.last?.text == ":", !isAtItem, tokens.count <= Self.longestHead {
      listHead = Array(takeSentence())
    } else {
      endSentence()
      if !isItem { listHead = [] }
    }
    isAtItem = isItem
  }

  private mutating func openBracket() {
    depth += 1
    append("(", .mark)
  }

  private mutating func closeBracket() {
    // "1)" at the start of a sentence is a list number.
    if tokens.count == 1, tokens[0].kind == .number {
      tokens.removeAll()
    } else {
      append(")", .mark)
    }
    depth = max(0, depth - 1)
  }

  private mutating func appendDash() {
    tokens.append(ReportToken(text: ",", kind: .mark, isDash: true))
  }

  private mutating func append(_ words: [String]) {
    for word in words where !(tokens.isEmpty && word == "is") { append(word, .word) }
  }

  private mutating func append(_ scalars: some Sequence<Unicode.Scalar>, _ kind: ReportToken.Kind) {
    append(String(scalars: scalars.map(\.lowerASCII)), kind)
  }

  private mutating func append(_ text: String, _ kind: ReportToken.Kind) {
    tokens.append(ReportToken(text: text, kind: kind))
  }

  private mutating func endSentence() {
    let sentence = takeSentence()
    let isFirst = !sectionHasText
    if !sentence.isEmpty { sectionHasText = true }
    guard sentence.contains(where: { $0.kind == .word }) else { return }
    let head = isAtItem ? listHead : []
    isAtItem = false
    sentences.append(
      ReportSentence(
        tokens: head + sentence, section: section, isInLaterBlock: isInLaterBlock,
        isFirst: isFirst))
  }

  private mutating func open(_ section: ReportSection) {
    self.section = section
    sectionHasText = false
    isInLaterBlock = false
    listHead = []
  }

  /// Removes and returns the tokens read so far. Leading headings are omitted, and each opens its section.
  private mutating func takeSentence() -> ArraySlice<ReportToken> {
    depth = 0
    var rest = tokens[...]
    while let heading = ReportSection.opened(by: rest) {
      open(heading.section)
      rest = rest.dropFirst(heading.length)
    }
    if section == .other || section == .note, rest.count == tokens.count,
      ReportSection.isOrgan(rest)
    {
      open(.findings)
    }
    tokens.removeAll(keepingCapacity: true)
    return rest
  }

  /// The line length in characters from which a line break counts as automatic wrapping. Shorter lines were ended on
  /// purpose.
  private static let shortLine = 60
  /// The maximum number of tokens in ``listHead``. It is limited because these tokens are read again for each item.
  private static let longestHead = 16
  private static let bullets: Set<Unicode.Scalar> = [
    "-", "+", "*", "\u{2013}", "\u{2014}", "\u{2022}", "\u{25CF}", "\u{25AA}",
  ]
  private static let beforeMonth: Set<String> = ["of", "in", "since", "dated", "from", "until"]
  private static let titles: Set<String> = ["dr", "prof", "mr", "mrs", "fig", "st"]
  private static let abbreviations: Set<String> = [
    "approx", "ca", "max", "min", "vs", "resp", "incl", "e.g", "i.e", "g", "e", "i", "lt", "rt",
    "bilat",
    "ap", "tr", "cc", "susp", "prev", "sup", "inf", "ant", "post",
  ]
}
