/// Which rows of a table belong to one study, and so are drawn together.
///
/// The bootstrap draws units that are independent of each other. Two reconstructions of one scan are not: drawn
/// separately they count as two patients, and the intervals become too narrow.
public enum StudyGrouping: Sendable, Equatable {
  /// Reconstructions of one scan are one study, by CT-RATE's names: `train_1_a_1` and `train_1_a_2`. All other rows
  /// are studies of their own. The default.
  case scans
  /// Every row is a study, as the authors draw them.
  case rows
  /// Rows of one group are one study; a row that is not in the table is a study of its own.
  case table(StudyGroupTable)

  /// What rows of one study have in common.
  func key(of study: String) -> String {
    let name = StudyName.key(study)
    return switch self {
    case .scans: StudyName.scan(name) ?? name
    case .rows: name
    // A group and a row of the same name are different things.
    case .table(let table): table.groups[name].map { "group \($0)" } ?? "row \(name)"
    }
  }

  /// The number of each study's group, from 0 in the order in which they come, and how many groups there are.
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

/// The group of each row, from a file.
public struct StudyGroupTable: Sendable, Equatable {
  /// By the key by which studies are compared.
  let groups: [String: String]

  /// Reads a table with the column `VolumeName` and one more, the group: a patient's or an examination's number.
  ///
  /// - Throws: ``EvaluationError`` as ``CSVTable/init(parsing:)``, ``EvaluationError/noStudyColumn(found:)``,
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
