extension EvaluationError: CustomStringConvertible {
  /// One sentence for the command line: what is wrong, where, and what is allowed.
  public var description: String {
    switch self {
    case .emptyTable: "the table is empty: a header is needed"
    case .notUTF8(let line): "line \(line): not UTF-8"
    case .unclosedQuote(let line): "line \(line): a quoted field starts here and never ends"
    case .strayQuote(let line):
      "line \(line): a quote is inside an unquoted field; put the field in quotes and double the quote"
    case .raggedRow(let line, let found, let expected):
      "line \(line): \(found) fields, but the header has \(expected)"
    case .duplicateColumn(let name): "line 1: column \(name.debugDescription) occurs twice"
    case .noStudyColumn(let found):
      "line 1: the first column must be VolumeName, found \(found.debugDescription)"
    case .emptyStudyName(let line): "\(Self.place(line))no study name"
    case .duplicateStudy(let name, let line):
      "\(Self.place(line))study \(name.debugDescription) occurs twice"
    case .groupColumns(let found):
      "line 1: a table of groups has 2 columns, VolumeName and the group; found \(found)"
    case .emptyGroup(let line): "\(Self.place(line))no group"
    case .columnCount(let found, let expected): "\(found) columns for \(expected) labels"
    case .columnLength(let label, let found, let expected):
      "column \(label.debugDescription): \(found) values for \(expected) studies"
    case .noCommonStudies(let scores, let labels):
      "none of \(scores) studies with scores is among \(labels) studies with labels"
    case .noCommonLabels(let scores, let labels):
      "none of \(scores) score columns is among \(labels) label columns"
    case .optionOutOfRange(let option, let found, let allowed):
      "\(option.rawValue) is \(found), allowed are \(allowed.lowerBound) to \(allowed.upperBound)"
    case .retrievalTruths(let found, let expected):
      "\(found) true volumes for \(expected) reports"
    case .retrievalTruth(let report, let found, let gallery):
      "report \(report): volume \(found) is not one of \(gallery)"
    case .retrievalScore(let report): "report \(report): a score is NaN or infinite"
    case .emptyRetrieval: "retrieval needs at least one report and one volume"
    }
  }

  private static func place(_ line: Int?) -> String { line.map { "line \($0): " } ?? "" }
}
