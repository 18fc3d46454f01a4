/// Determines which rows of a table belong to the same study. The bootstrap draws these rows together.
///
/// The bootstrap assumes that drawn units are independent. Two reconstructions of the same scan are not: drawn
/// separately, they would count as two patients, and the intervals would be too narrow.
public enum StudyGrouping: Sendable, Equatable {
  /// Reconstructions of the same scan are one study. They are recognised by CT-RATE's naming scheme, such as
  /// `train_1_a_1` and `train_1_a_2`. Every other row is an independent study. This is the default.
  case scans
  /// Every row is an independent study, as in the authors' evaluation.
  case rows
  /// Rows in the same group are one study. Every row without a group is an independent study.
  case table(StudyGroupTable)

  /// Returns a key that is equal for all rows of a study.
  func key(of study: String) -> String {
    let name = StudyName.key(study)
    return switch self {
    case .scans: StudyName.scan(name) ?? name
    case .rows: name
    // The prefixes keep a group and a row with the same name apart.
    case .table(let table): table.groups[name].map { "group \($0)" } ?? "row \(name)"
    }
  }

  /// Returns the group of each row and the number of groups. Groups are numbered from 0 in order of their first row.
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
  /// The group of each row. Keys are row names converted by ``StudyName/key(_:)``.
  let groups: [String: String]

  /// Parses a table with two columns: `VolumeName` and the group. A group can be, for example, a patient or an
  /// examination number.
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
