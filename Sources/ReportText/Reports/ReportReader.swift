/// Cuts a report into sentences of tokens with their sections.
///
/// A full stop does not end a sentence inside a number ("1.5 cm"), after an abbreviation or after a
/// list number. A line break ends it only if the next line starts something new.
struct ReportReader {
  private var sentences: [ReportSentence] = []
  private var tokens: [ReportToken] = []
  private var section = ReportSection.preamble
  private var sectionHasText = false
  private var isInLaterBlock = false
  private var depth = 0
  /// "No evidence of the following:", which applies to each item of the list below it.
  private var listHead: [ReportToken] = []
  private var isAtItem = false

  /// The sentences of `report` in order, without headings.
  ///
  /// - Complexity: linear in the report.
  static func sentences(of report: String) -> [ReportSentence] {
    var reader = ReportReader()
    reader.read(Array(report.unicodeScalars))
    let hasFindings = reader.sentences.contains { $0.section == .findings }
    let hasImpression = reader.sentences.contains { $0.section == .impression }
    return ReportSection.reopened(reader.sentences).map { sentence in
      var sentence = sentence
      // Text before "Findings:" is a title or patient data; without that heading it is the report.
      if sentence.section == .preamble { sentence.section = hasFindings ? .other : .findings }
      if sentence.section == .note { sentence.section = .other }
      // A report without these headings may continue after the technique and a blank line.
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
            // A blank line may be between a list and its head.
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

  /// "3 May", "of May": a month, not a doubt.
  private static func isMonth(
    _ word: ArraySlice<Unicode.Scalar>, behind former: ReportToken?
  ) -> Bool {
    guard word.count == 3, word.elementsEqual("May".unicodeScalars), let former else {
      return false
    }
    return former.kind == .number || beforeMonth.contains(former.text)
  }

  /// The end of the word or number at `index`; a number includes points and commas between its
  /// digits. A size without blanks is split into words: "12x10mm" is "12", "x", "10", "mm".
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

  /// The end of the number at `index` if a unit of length or a times sign follows directly;
  /// otherwise nil.
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

  /// Whether the sign at `index` is a times sign between two digits.
  private func isTimes(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
    guard index > 0, index + 1 < scalars.count, scalars[index - 1].isDigit,
      scalars[index + 1].isDigit
    else { return false }
    return ["x", "X", "*"].contains(scalars[index])
  }

  /// "Rib no. 7", which denies nothing, unlike "1. Effusion: No. 2. Nodule: yes."
  private func isNumero(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
    guard tokens.last?.text == "no", tokens.dropLast().last?.text != ":" else { return false }
    return scalars[(index + 1)...].first { !$0.isBlank }?.isDigit == true
  }

  private func endsSentence(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
    guard let last = tokens.last else { return true }
    guard index + 1 < scalars.count else { return true }
    let next = scalars[index + 1]
    guard next.isBlank || next.isLineBreak else {
      // "open.Mediastinal": some systems drop the space.
      return next.isUpperCase && index > 0 && !scalars[index - 1].isUpperCase
        || [")", "\"", "\u{201D}", "\u{2019}", "\u{00BB}"].contains(next)
    }
    // "dated 16.03. 2016": a date continues after its points.
    if last.kind == .number, last.text.contains("."),
      scalars[(index + 1)...].first(where: { !$0.isBlank })?.isDigit == true
    {
      return false
    }
    if Self.titles.contains(last.text) { return false }
    guard Self.abbreviations.contains(last.text) else { return true }
    return scalars[(index + 1)...].first { !$0.isBlank }.map(\.isUpperCase) ?? true
  }

  /// Whether the dash at `index` acts as a comma: with blanks around it, in a sentence.
  private func isDash(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
    guard !tokens.isEmpty, index > 0, index + 1 < scalars.count else { return false }
    return scalars[index - 1].isBlank && scalars[index + 1].isBlank
  }

  /// The line after the line break at `index`, without leading blanks.
  private static func line(of scalars: [Unicode.Scalar], after index: Int) -> ArraySlice<
    Unicode.Scalar
  > {
    scalars[(index + 1)...].drop { $0 == " " || $0 == "\t" }
  }

  /// Whether `line`, after one of `length` characters, starts a new sentence.
  private func startsAnew(_ line: ArraySlice<Unicode.Scalar>, length: Int) -> Bool {
    guard let first = line.first, first.isWordPart || first == "(" else { return true }
    if first.isDigit { return Self.isItem(line) }
    if tokens.last?.text == ":" { return false }
    let isShortLine = length < Self.shortLine
    return first.isUpperCase && isShortLine || tokens.count <= 3 && first.isUpperCase
  }

  /// Whether `line` starts with a bullet or a list number.
  private static func isItem(_ line: ArraySlice<Unicode.Scalar>) -> Bool {
    guard let first = line.first, first.isDigit else {
      return line.first.map(bullets.contains) ?? false
    }
    // "1." and "1)", but not "1.5 cm".
    let mark = line.prefix(5).drop { $0.isDigit }
    return mark.first == ")" || mark.first == "." && mark.dropFirst().first?.isDigit != true
  }

  /// Ends the sentence before a line that starts something new. A colon before a list makes it the
  /// list's head.
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
    // "1)" before a sentence numbers it.
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

  /// The tokens so far without headings, which open their sections.
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

  /// Length in characters below which a line was ended by its writer, not by the page's width.
  private static let shortLine = 60
  /// Most tokens of a list's head, which is read once for each item.
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
