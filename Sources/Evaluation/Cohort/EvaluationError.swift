/// Why tables could not be evaluated. Line numbers start at 1, with the header.
///
/// The cases contain the user's own column and study names. Show them on a command line, but do not
/// write them to a server's log.
public enum EvaluationError: Error, Sendable, Equatable {
  /// The file is empty, so the header is missing.
  case emptyTable
  /// The bytes of this line are not UTF-8.
  case notUTF8(line: Int)
  /// The quoted field that starts on this line does not end.
  case unclosedQuote(line: Int)
  /// A quote inside an unquoted field, or text after a closing quote.
  case strayQuote(line: Int)
  /// The number of fields in the record that starts on this line differs from the header's.
  case raggedRow(line: Int, found: Int, expected: Int)
  /// Two columns have the same name, or two names that ``LabelName`` takes as equal.
  case duplicateColumn(String)
  /// The first column is not `VolumeName`.
  case noStudyColumn(found: String)
  /// A record has no study name. `line` is nil if the table was not read from a file.
  case emptyStudyName(line: Int?)
  /// Two records have study names that ``StudyName`` takes as equal. `line` is nil if the table was
  /// not read from a file.
  case duplicateStudy(String, line: Int?)
  /// A table of groups does not have exactly two columns, `VolumeName` and the group.
  case groupColumns(found: Int)
  /// A row of a table of groups names no group.
  case emptyGroup(line: Int)
  /// The number of columns differs from the number of labels.
  case columnCount(found: Int, expected: Int)
  /// A column is longer or shorter than the list of studies.
  case columnLength(label: String, found: Int, expected: Int)
  /// No study is in both tables.
  case noCommonStudies(scores: Int, labels: Int)
  /// No label is in both tables.
  case noCommonLabels(scores: Int, labels: Int)
  /// A setting is outside its range.
  case optionOutOfRange(Option, found: Double, allowed: ClosedRange<Double>)
  /// The number of true volumes differs from the number of reports.
  case retrievalTruths(found: Int, expected: Int)
  /// The index or rank of a report's true volume is outside the gallery, which is the list of ranked volumes.
  case retrievalTruth(report: Int, found: Int, gallery: Int)
  /// A score of this report is NaN or infinite.
  case retrievalScore(report: Int)
  /// Retrieval was requested without reports or without volumes.
  case emptyRetrieval

  /// Settings with a range.
  public enum Option: String, Sendable {
    /// The number of bootstrap samples.
    case samples
    /// The number of parallel tasks.
    case tasks
  }
}
