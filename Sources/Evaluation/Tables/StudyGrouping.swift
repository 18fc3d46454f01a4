/// Decides which rows of a table belong to one study and are drawn together.
///
/// The bootstrap draws independent units. Two reconstructions of one scan are not independent:
/// drawn separately they count as two patients, and the intervals become too narrow.
public enum StudyGrouping: Sendable, Equatable {
  /// Reconstructions of one scan are one study, by CT-RATE's names: `train_1_a_1` and
  /// `train_1_a_2`. Every other row is a study. The default.
  case scans
  /// Every row is a study, as the authors draw them.
  case rows
  /// Rows of one group are one study; every row without a group is a study.
  case table(StudyGroupTable)

  /// The common key of one study's rows.
  func key(of study: String) -> String {
    let name = StudyName.key(study)
    return switch self {
    case .scans: StudyName.scan(name) ?? name
    case .rows: name
    // A group and a row of the same name are different.
    case .table(let table): table.groups[name].map { "group \($0)" } ?? "row \(name)"
    }
  }

  /// The group of each study, numbered from 0 in order of appearance, and the number of groups.
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
  /// Groups by the studies' compared form.
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
