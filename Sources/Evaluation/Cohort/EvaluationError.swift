/// Why tables could not be evaluated. Line numbers start at 1, with the header.
///
/// The cases contain the user's own column and study names: for a command line, not for a server's
/// log.
public enum EvaluationError: Error, Sendable, Equatable {
  /// No header: the file is empty.
  case emptyTable
  /// The bytes of this line are not UTF-8.
  case notUTF8(line: Int)
  /// The quoted field that starts on this line does not end.
  case unclosedQuote(line: Int)
  /// A quote inside an unquoted field, or text after a closing quote.
  case strayQuote(line: Int)
  /// The record that starts on this line has another number of fields than the header.
  case raggedRow(line: Int, found: Int, expected: Int)
  /// Two columns have the same name, or names of the same label (``LabelName``).
  case duplicateColumn(String)
  /// The first column is not `VolumeName`.
  case noStudyColumn(found: String)
  /// A record without a study name; nil if the table was not read from a file.
  case emptyStudyName(line: Int?)
  /// Two records of the same study (``StudyName``); nil if the table was not read from a file.
  case duplicateStudy(String, line: Int?)
  /// A table of groups has another number of columns than `VolumeName` and the group.
  case groupColumns(found: Int)
  /// A row of a table of groups names no group.
  case emptyGroup(line: Int)
  /// The number of columns is not that of the labels.
  case columnCount(found: Int, expected: Int)
  /// A column is longer or shorter than the list of studies.
  case columnLength(label: String, found: Int, expected: Int)
  /// No study is in both tables.
  case noCommonStudies(scores: Int, labels: Int)
  /// No label is in both tables.
  case noCommonLabels(scores: Int, labels: Int)
  /// A setting outside its range.
  case optionOutOfRange(Option, found: Double, allowed: ClosedRange<Double>)
  /// The numbers of true volumes and of reports differ.
  case retrievalTruths(found: Int, expected: Int)
  /// The index or rank of a report's true volume is outside the gallery.
  case retrievalTruth(report: Int, found: Int, gallery: Int)
  /// A score of this report is NaN or infinite.
  case retrievalScore(report: Int)
  /// Retrieval without a report or without a volume.
  case emptyRetrieval

  /// Settings with a range.
  public enum Option: String, Sendable {
    /// Bootstrap samples.
    case samples
    /// Parallel tasks.
    case tasks
  }
}
