/// Decides which rows of a table belong to one study, so that the bootstrap draws them together.
///
/// The bootstrap draws independent units, but two reconstructions of one scan are not independent. If they were drawn
/// separately, they would count as two patients, and the intervals would be too narrow.
public enum StudyGrouping: Sendable, Equatable {
  /// Reconstructions of one scan are one study. They are recognised by CT-RATE's names, such as
  /// `train_1_a_1` and `train_1_a_2`. Every other row is a study of its own. This is the default.
  case scans
  /// Every row is a study of its own, as in the authors' evaluation.
  case rows
  /// Rows of one group are one study. Every row without a group is a study of its own.
  case table(StudyGroupTable)

  /// Returns a key that the rows of one study have in common.
  func key(of study: String) -> String {
    let name = StudyName.key(study)
    return switch self {
    case .scans: StudyName.scan(name) ?? name
    case .rows: name
    // The prefixes prevent that a group and a row of the same name get the same key.
    case .table(let table): table.groups[name].map { "group \($0)" } ?? "row \(name)"
    }
  }

  /// Returns the group of each row, and the number of groups. Groups are numbered from 0 in the
  /// order of their first rows.
  func numbered(_ studies: [String]) -> (groups: [Int], count: Int) {
    var numbers: [String: Int] = [:]
    let groups = studies.map { study in
      let key = key(of: study)
      let number = numbers[key] ?? numbers.count
      numbers[key] = number
      return number
    }
    return (groups, numbers.count)
  }
}

/// The group of each row, read from a file.
public struct StudyGroupTable: Sendable, Equatable {
  /// The group of each row. The key is the row's name after ``StudyName/key(_:)``.
  let groups: [String: String]

  /// Reads a table with two columns: `VolumeName` and the group. A group is, for example, the
  /// number of a patient or of an examination.
  ///
  /// - Throws: The errors of ``CSVTable/init(parsing:)``, and ``EvaluationError/noStudyColumn(found:)``,
  ///   ``EvaluationError/groupColumns(found:)``, ``EvaluationError/emptyStudyName(line:)``,
  ///   ``EvaluationError/duplicateStudy(_:line:)``, ``EvaluationError/emptyGroup(line:)``.
  public init(parsing bytes: some Collection<UInt8>) throws(EvaluationError) {
    let table = try CSVTable(parsing: bytes)
    let first = table.header.first ?? ""
    guard StudyName.isColumn(first) else { throw .noStudyColumn(found: first) }
    guard table.header.count == 2 else { throw .groupColumns(found: table.header.count) }
    var groups: [String: String] = [:]
    for row in table.rows {
      let study = StudyName.key(row.fields[0])
      let group = trim(row.fields[1])
      guard !study.isEmpty else { throw .emptyStudyName(line: row.line) }
      guard !group.isEmpty else { throw .emptyGroup(line: row.line) }
      guard groups.updateValue(group, forKey: study) == nil else {
        throw .duplicateStudy(trim(row.fields[0]), line: row.line)
      }
    }
    self.groups = groups
  }
}
