/// The first column of every table of studies.
private let studyColumn = "VolumeName"

/// What programs write where a value is not there, in lower case.
private let wordsForMissing: Set<String> = ["nan", "-nan", "na", "n/a", "null", "none"]

extension StudyTable where Value == Double {
  /// Reads CT-RATE's format: `VolumeName`, then a column of scores for each label.
  ///
  /// Empty cells, `nan` and texts are missing; `inf` is kept and makes its column unusable later.
  ///
  /// - Throws: ``EvaluationError`` as ``CSVTable/init(parsing:)`` and
  ///   ``init(studies:labels:columns:)``, and ``EvaluationError/noStudyColumn(found:)``.
  public init(parsing bytes: some Collection<UInt8>) throws(EvaluationError) {
    try self.init(CSVTable(parsing: bytes)) { text, missing in
      guard let value = Double(text) else {
        missing.unreadable += 1
        return nil
      }
      return value
    }
  }

  /// The same format; numbers in the fewest digits that read back as the same double, gaps empty.
  public var csv: String { csv { $0.description } }
}

extension StudyTable where Value == Bool {
  /// Reads CT-RATE's label format: `VolumeName`, then a column of 0 and 1 for each abnormality.
  ///
  /// A number equal to 1 is present, one equal to 0 is absent. Missing are empty cells, `nan` and
  /// its like, `-1` (uncertain) and everything else; each kind is counted and noted in the cohort.
  ///
  /// - Throws: ``EvaluationError`` as ``CSVTable/init(parsing:)`` and
  ///   ``init(studies:labels:columns:)``, and ``EvaluationError/noStudyColumn(found:)``.
  public init(parsing bytes: some Collection<UInt8>) throws(EvaluationError) {
    try self.init(CSVTable(parsing: bytes)) { text, missing in
      switch Double(text) {
      case 1: return true
      case 0: return false
      case -1: missing.uncertain += 1
      default: missing.unreadable += 1
      }
      return nil
    }
  }

  /// The same format with 1, 0 and empty cells.
  public var csv: String { csv { $0 ? "1" : "0" } }
}

extension StudyTable {
  /// `read` gets a trimmed cell that is neither empty nor one of `wordsForMissing`.
  private init(
    _ table: CSVTable, read: (String, inout MissingCells) -> Value?
  ) throws(EvaluationError) {
    let first = table.header.first ?? ""
    guard LabelName.key(first).filter({ $0 != " " }) == studyColumn.lowercased() else {
      throw .noStudyColumn(found: first)
    }
    var columns: [[Value?]] = []
    var missing: [MissingCells] = []
    for column in table.header.indices.dropFirst() {
      var counts = MissingCells()
      columns.append(
        table.rows.map { Self.cell($0.fields[column], read: read, missing: &counts) })
      missing.append(counts)
    }
    try self.init(
      studies: table.rows.map { trim($0.fields[0]) }, labels: table.header.dropFirst().map(trim),
      columns: columns, lines: table.rows.map(\.line), missing: missing)
  }

  private static func cell(
    _ field: String, read: (String, inout MissingCells) -> Value?, missing: inout MissingCells
  ) -> Value? {
    let text = trim(field)
    if text.isEmpty {
      missing.empty += 1
      return nil
    }
    if wordsForMissing.contains(text.lowercased()) {
      missing.notANumber += 1
      return nil
    }
    return read(text, &missing)
  }

  fileprivate func csv(_ write: (Value) -> String) -> String {
    var lines = [CSVTable.line([studyColumn] + labels)]
    for (index, study) in studies.enumerated() {
      lines.append(CSVTable.line([study] + columns.map { $0[index].map(write) ?? "" }))
    }
    return lines.joined()
  }
}
