/// The name of the first column in every table of studies.
private let studyColumn = "VolumeName"

/// Words that stand for a missing value, in lower case.
private let wordsForMissing: Set<String> = ["nan", "-nan", "na", "n/a", "null", "none"]

extension StudyTable where Value == Double {
  /// Parses scores in CT-RATE's format: the column `VolumeName`, then a column of scores for each label.
  ///
  /// Empty cells, `nan` and other text count as missing scores. `inf` is accepted here, but the evaluation later
  /// refuses a column that contains it.
  ///
  /// - Throws: The errors of ``CSVTable/init(parsing:)`` and ``init(studies:labels:columns:)``, and
  ///   ``EvaluationError/noStudyColumn(found:)``.
  public init(parsing bytes: some Collection<UInt8>) throws(EvaluationError) {
    try self.init(CSVTable(parsing: bytes)) { text throws(CellGap) in
      guard let value = Double(text) else { throw .unreadable }
      return value
    }
  }

  /// The table in the same format. Each number has the fewest digits that parse to the same double. Missing scores are
  /// empty cells.
  public var csv: String { csv { $0.description } }
}

extension StudyTable where Value == Bool {
  /// Parses labels in CT-RATE's format: the column `VolumeName`, then a column of 0 and 1 for each abnormality.
  ///
  /// 1 means that the abnormality is present, 0 that it is absent. All other cells count as missing labels: empty
  /// cells, `nan` and similar words, `-1` (uncertain), and any other text. The cohort's notes count each kind.
  ///
  /// - Throws: The errors of ``CSVTable/init(parsing:)`` and ``init(studies:labels:columns:)``, and
  ///   ``EvaluationError/noStudyColumn(found:)``.
  public init(parsing bytes: some Collection<UInt8>) throws(EvaluationError) {
    try self.init(CSVTable(parsing: bytes)) { text throws(CellGap) in
      switch Double(text) {
      case 1: true
      case 0: false
      case -1: throw .uncertain
      default: throw .unreadable
      }
    }
  }
}

extension StudyTable {
  /// - Parameter read: Converts the trimmed text of a cell. It is not called for empty cells and for `wordsForMissing`.
  private init(
    _ table: CSVTable, read: (String) throws(CellGap) -> Value
  ) throws(EvaluationError) {
    let first = table.header.first ?? ""
    guard StudyName.isColumn(first) else {
      throw .noStudyColumn(found: first)
    }
    var columns: [[Value?]] = []
    var gaps: [[Int: CellGap]] = []
    for column in table.header.indices.dropFirst() {
      var values: [Value?] = []
      var missing: [Int: CellGap] = [:]
      for (study, row) in table.rows.enumerated() {
        do throws(CellGap) {
          values.append(try Self.cell(row.fields[column], read: read))
        } catch {
          values.append(nil)
          missing[study] = error
        }
      }
      columns.append(values)
      gaps.append(missing)
    }
    try self.init(
      studies: table.rows.map { trim($0.fields[0]) }, labels: table.header.dropFirst().map(trim),
      columns: columns, lines: table.rows.map(\.line), gaps: gaps)
  }

  private static func cell(
    _ field: String, read: (String) throws(CellGap) -> Value
  ) throws(CellGap) -> Value {
    let text = trim(field)
    guard !text.isEmpty else { throw .empty }
    guard !wordsForMissing.contains(text.lowercased()) else { throw .notANumber }
    return try read(text)
  }

  func csv(_ write: (Value) -> String) -> String {
    var lines = [CSVTable.line([studyColumn] + labels)]
    for (index, study) in studies.enumerated() {
      lines.append(CSVTable.line([study] + columns.map { $0[index].map(write) ?? "" }))
    }
    return lines.joined()
  }
}
