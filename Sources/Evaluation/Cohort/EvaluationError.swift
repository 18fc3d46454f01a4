/// The reason why tables could not be evaluated. Line numbers start at 1 with the header.
///
/// Cases contain column and study names from the user's files. Show them on a command line, but never write them to a
/// server's log.
public enum EvaluationError: Error, Sendable, Equatable {
  /// The file is empty, so the header is missing.
  case emptyTable
  /// This line is not valid UTF-8.
  case notUTF8(line: Int)
  /// The quoted field that starts on this line never ends.
  case unclosedQuote(line: Int)
  /// An unquoted field contains a quote, or text follows a closing quote.
  case strayQuote(line: Int)
  /// The record that starts on this line has more or fewer fields than the header.
  case raggedRow(line: Int, found: Int, expected: Int)
  /// Two columns have the same name, or two names that ``LabelName`` considers equal.
  case duplicateColumn(String)
  /// The first column is not `VolumeName`.
  case noStudyColumn(found: String)
  /// A record has no study name. `line` is nil if the table did not come from a file.
  case emptyStudyName(line: Int?)
  /// Two records have the same study name, or two names that ``StudyName`` considers equal. `line` is nil if the table
  /// did not come from a file.
  case duplicateStudy(String, line: Int?)
  /// A table of groups does not have exactly two columns: `VolumeName` and the group.
  case groupColumns(found: Int)
  /// A row in a table of groups has no group.
  case emptyGroup(line: Int)
  /// The table has more or fewer columns than labels.
  case columnCount(found: Int, expected: Int)
  /// A column has more or fewer values than the table has studies.
  case columnLength(label: String, found: Int, expected: Int)
  /// The tables have no study in common.
  case noCommonStudies(scores: Int, labels: Int)
  /// The tables have no label in common.
  case noCommonLabels(scores: Int, labels: Int)
  /// An option is out of range.
  case optionOutOfRange(Option, found: Double, allowed: ClosedRange<Double>)
  /// The number of given volumes differs from the number of reports.
  case retrievalTruths(found: Int, expected: Int)
  /// The volume that belongs to this report is not in the gallery: its index or rank is out of range. The gallery is
  /// the list of all volumes.
  case retrievalTruth(report: Int, found: Int, gallery: Int)
  /// A score of this report is NaN or infinite.
  case retrievalScore(report: Int)
  /// Retrieval was requested without reports or without volumes.
  case emptyRetrieval

  /// The options that have a range.
  public enum Option: String, Sendable {
    /// The number of bootstrap samples.
    case samples
    /// The number of parallel tasks.
    case tasks
  }
}
