/// The first column of every table of studies.
private let studyColumn = "VolumeName"

/// Words for missing values, in lower case.
private let wordsForMissing: Set<String> = ["nan", "-nan", "na", "n/a", "null", "none"]

extension StudyTable where Value == Double {
  /// Reads CT-RATE's format: `VolumeName`, then a column of scores for each label.
  ///
  /// Empty cells, `nan` and texts are missing; `inf` is read, and makes its column unusable later.
  ///
  /// - Throws: ``EvaluationError`` as ``CSVTable/init(parsing:)`` and
  ///   ``init(studies:labels:columns:)``, and ``EvaluationError/noStudyColumn(found:)``.
  public init(parsing bytes: some Collection<UInt8>) throws(EvaluationError) {
    try self.init(CSVTable(parsing: bytes)) { text throws(CellGap) in
      guard let value = Double(text) else { throw .unreadable }
      return value
    }
  }

  /// The table in the same format, with the fewest digits that read back as the same double; gaps
  /// are empty.
  public var csv: String { csv { $0.description } }
}

extension StudyTable where Value == Bool {
  /// Reads CT-RATE's label format: `VolumeName`, then a column of 0 and 1 for each abnormality.
  ///
  /// A number equal to 1 is present, one equal to 0 is absent. Other cells are missing: empty ones,
  /// `nan` and similar words, `-1` (uncertain), and any other text. Each kind is counted and noted
  /// in the cohort.
  ///
  /// - Throws: ``EvaluationError`` as ``CSVTable/init(parsing:)`` and
  ///   ``init(studies:labels:columns:)``, and ``EvaluationError/noStudyColumn(found:)``.
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
  /// `read` gets a trimmed cell that is neither empty nor one of `wordsForMissing`.
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
