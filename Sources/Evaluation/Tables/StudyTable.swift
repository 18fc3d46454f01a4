/// A table of scores. A larger score means that the finding is more likely to be present.
public typealias ScoreTable = StudyTable<Double>

/// A table of the truth: for each study and label, present, absent or missing.
public typealias LabelTable = StudyTable<Bool>

/// A table with a row for each study and a column for each label. Values may be missing.
///
/// Each study and each label occurs once.
public struct StudyTable<Value: Sendable>: Sendable {
  /// Study names in their original spelling.
  public let studies: [String]
  /// Label names in their original spelling.
  public let labels: [String]
  /// The values, `[labels][studies]`; nil marks a missing value.
  public let columns: [[Value?]]
  /// For each label, the reasons for missing values by the study's index. Empty unless the table was read from a file.
  let gaps: [[Int: CellGap]]

  /// Makes a table. `columns` must have one column for each label, as long as `studies`.
  ///
  /// - Throws: ``EvaluationError/columnCount(found:expected:)``,
  ///   ``EvaluationError/columnLength(label:found:expected:)``, ``EvaluationError/emptyStudyName(line:)``,
  ///   ``EvaluationError/duplicateStudy(_:line:)``, ``EvaluationError/duplicateColumn(_:)``.
  public init(
    studies: [String], labels: [String], columns: [[Value?]]
  ) throws(EvaluationError) {
    try self.init(
      studies: studies, labels: labels, columns: columns, lines: nil,
      gaps: labels.map { _ in [:] })
  }

  /// Returns a table of the first rows.
  ///
  /// - Parameter count: The number of rows, not negative. It may exceed the number of studies.
  public func prefix(_ count: Int) -> Self {
    Self(
      studies: Array(studies.prefix(count)), labels: labels,
      columns: columns.map { Array($0.prefix(count)) },
      gaps: gaps.map { $0.filter { $0.key < count } })
  }

  /// Makes a table from parts of a table that has been checked. Does not check again.
  private init(studies: [String], labels: [String], columns: [[Value?]], gaps: [[Int: CellGap]]) {
    (self.studies, self.labels, self.columns, self.gaps) = (studies, labels, columns, gaps)
  }

  /// Counts the missing cells of one label in some studies, by reason.
  func missing(label: Int, studies: [Int]) -> MissingCells {
    studies.reduce(into: MissingCells()) { counts, study in
      switch gaps[label][study] {
      case .empty: counts.empty += 1
      case .notANumber: counts.notANumber += 1
      case .uncertain: counts.uncertain += 1
      case .unreadable: counts.unreadable += 1
      case nil: break
      }
    }
  }

  init(
    studies: [String], labels: [String], columns: [[Value?]], lines: [Int]?,
    gaps: [[Int: CellGap]]
  ) throws(EvaluationError) {
    guard columns.count == labels.count else {
      throw .columnCount(found: columns.count, expected: labels.count)
    }
    for (label, column) in zip(labels, columns) where column.count != studies.count {
      throw .columnLength(label: label, found: column.count, expected: studies.count)
    }
    var labelKeys: Set<String> = []
    for label in labels where !labelKeys.insert(LabelName.key(label)).inserted {
      throw .duplicateColumn(label)
    }
    var studyKeys: Set<String> = []
    for (index, study) in studies.enumerated() {
      let key = StudyName.key(study)
      guard !key.isEmpty else { throw .emptyStudyName(line: lines?[index]) }
      guard studyKeys.insert(key).inserted else {
        throw .duplicateStudy(study, line: lines?[index])
      }
    }
    self.studies = studies
    self.labels = labels
    self.columns = columns
    self.gaps = gaps
  }
}

/// The reason for a missing value; see ``MissingCells``.
enum CellGap: Error {
  case empty, notANumber, uncertain, unreadable
}

/// The numbers of missing values in a column, by reason.
public struct MissingCells: Sendable, Equatable {
  /// Cells with only white space.
  public var empty = 0
  /// Cells with `nan`, `-nan`, `na`, `n/a`, `null` or `none`, in upper or lower case.
  public var notANumber = 0
  /// Cells with `-1`, which data sets of labels for CT and chest X-rays use for "uncertain".
  public var uncertain = 0
  /// Cells with another text: for labels neither 0 nor 1, for scores not a number.
  public var unreadable = 0

  /// Makes counts of zero.
  public init() {}

  /// The total number of missing values.
  public var total: Int { empty + notANumber + uncertain + unreadable }
}
