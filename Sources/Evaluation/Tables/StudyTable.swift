/// A table of scores. A higher score means that the finding is more likely to be present.
public typealias ScoreTable = StudyTable<Double>

/// A table of labels: for each study and label, whether the finding is present, absent or unknown.
public typealias LabelTable = StudyTable<Bool>

/// A table with one row for each study and one column for each label. Values may be missing.
///
/// Study and label names are unique.
public struct StudyTable<Value: Sendable>: Sendable {
  /// The study names as written in the file.
  public let studies: [String]
  /// The label names as written in the file.
  public let labels: [String]
  /// The values, `[labels][studies]`; nil if a value is missing.
  public let columns: [[Value?]]
  /// For each label, the reasons for missing values by study index. Empty if the table was not read from a file.
  let gaps: [[Int: CellGap]]

  /// Makes a table. `columns` needs one column for each label, and each column needs one value for each study.
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

  /// Returns a table with only the first rows.
  ///
  /// - Parameter count: The number of rows, at least 0. A number beyond the end returns all rows.
  public func prefix(_ count: Int) -> Self {
    Self(
      studies: Array(studies.prefix(count)), labels: labels,
      columns: columns.map { Array($0.prefix(count)) },
      gaps: gaps.map { $0.filter { $0.key < count } })
  }

  /// Makes a table from parts that were already checked.
  private init(studies: [String], labels: [String], columns: [[Value?]], gaps: [[Int: CellGap]]) {
    (self.studies, self.labels, self.columns, self.gaps) = (studies, labels, columns, gaps)
  }

  /// Counts the missing values of one label in the given studies, by reason.
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

/// The reason why a value is missing; see ``MissingCells``.
enum CellGap: Error {
  case empty, notANumber, uncertain, unreadable
}

/// The number of missing values in a column, by reason.
public struct MissingCells: Sendable, Equatable {
  /// Cells that are empty or contain only white space.
  public var empty = 0
  /// Cells with `nan`, `-nan`, `na`, `n/a`, `null` or `none`, in upper or lower case.
  public var notANumber = 0
  /// Cells with `-1`, which some label sets for CT and chest X-rays use for "uncertain".
  public var uncertain = 0
  /// Cells with any other text: in a table of labels neither 0 nor 1, in a table of scores not a number.
  public var unreadable = 0

  /// Makes counts that are all 0.
  public init() {}

  /// The total number of missing values.
  public var total: Int { empty + notANumber + uncertain + unreadable }
}
