/// Scores of studies: finite numbers; a larger one means more likely present.
public typealias ScoreTable = StudyTable<Double>

/// Truth of studies: present, absent, or missing.
public typealias LabelTable = StudyTable<Bool>

/// Values or gaps, studies down and labels across; each study and label occurs once.
public struct StudyTable<Value: Sendable>: Sendable {
  /// Study names in their original spelling.
  public let studies: [String]
  /// Label names in their original spelling.
  public let labels: [String]
  /// `[labels][studies]`; nil is missing.
  public let columns: [[Value?]]
  /// `[labels]`, by study: why cells are missing; only for tables from files.
  let gaps: [[Int: CellGap]]

  /// Makes a table of `columns`, one for each label and as long as `studies`.
  ///
  /// - Throws: ``EvaluationError/columnCount(found:expected:)``,
  ///   ``EvaluationError/columnLength(label:found:expected:)``,
  ///   ``EvaluationError/emptyStudyName(line:)``, ``EvaluationError/duplicateStudy(_:line:)``,
  ///   ``EvaluationError/duplicateColumn(_:)``.
  public init(
    studies: [String], labels: [String], columns: [[Value?]]
  ) throws(EvaluationError) {
    try self.init(
      studies: studies, labels: labels, columns: columns, lines: nil,
      gaps: labels.map { _ in [:] })
  }

  /// The first rows.
  ///
  /// - Parameter count: Not negative; may exceed the number of studies.
  public func prefix(_ count: Int) -> Self {
    Self(
      studies: Array(studies.prefix(count)), labels: labels,
      columns: columns.map { Array($0.prefix(count)) },
      gaps: gaps.map { $0.filter { $0.key < count } })
  }

  /// Makes a part of a checked table.
  private init(studies: [String], labels: [String], columns: [[Value?]], gaps: [[Int: CellGap]]) {
    (self.studies, self.labels, self.columns, self.gaps) = (studies, labels, columns, gaps)
  }

  /// Why cells of one label are missing, counted over some studies.
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

/// Why a cell is missing; see ``MissingCells``.
enum CellGap: Error {
  case empty, notANumber, uncertain, unreadable
}

/// Numbers of missing cells in a column, by reason.
public struct MissingCells: Sendable, Equatable {
  /// Cells with only white space.
  public var empty = 0
  /// `nan`, `na`, `n/a`, `null` or `none`, any case.
  public var notANumber = 0
  /// `-1`, which CT and chest X-ray label sets use for "uncertain".
  public var uncertain = 0
  /// Other texts: not 0 or 1 (labels), or not a number (scores).
  public var unreadable = 0

  /// No missing cells.
  public init() {}

  /// The total number of missing cells.
  public var total: Int { empty + notANumber + uncertain + unreadable }
}
