/// The studies and labels to evaluate: those in both the table of scores and the table of labels. Their order is that
/// of the table of labels.
public struct EvaluationCohort: Sendable {
  /// The names of the studies as written in the table of labels.
  public let studies: [String]
  /// The names of the labels as written in the table of labels.
  public let labels: [String]
  /// Determines which rows belong to one study. The bootstrap draws such rows together.
  public let grouping: StudyGrouping
  /// Notes about studies and labels that were omitted when the tables were joined.
  public let notes: [EvaluationNote]
  /// The truth, `[labels][studies]`; nil if it is unknown.
  let truths: [[Bool?]]
  /// The scores of each component, `[labels][studies]`; NaN if a score is missing. Always contains
  /// ``ScoreComponent/mean``.
  let scores: [ScoreComponent: [[Double]]]

  /// Joins the tables by ``StudyName`` and ``LabelName``. Studies and labels that are in only one table are omitted and
  /// mentioned in ``notes``.
  ///
  /// Tables of other components may lack a study or a label of this cohort. Its scores then count as missing, so that
  /// all components are evaluated on the same studies.
  ///
  /// - Parameters:
  ///   - scores: The scores to evaluate, which become the component ``ScoreComponent/mean``.
  ///   - labels: The truth.
  ///   - components: The scores of other components, for the ablation.
  ///   - grouping: Determines which rows belong to one study. The bootstrap draws such rows together.
  /// - Throws: ``EvaluationError/noCommonStudies(scores:labels:)``, ``EvaluationError/noCommonLabels(scores:labels:)``.
  public init(
    scores: ScoreTable, labels: LabelTable, components: [ScoreComponent: ScoreTable] = [:],
    grouping: StudyGrouping = .scans
  ) throws(EvaluationError) {
    let scored = TableIndex(scores)
    let common = labels.studies.indices.filter {
      scored.studies[StudyName.key(labels.studies[$0])] != nil
    }
    let columns = labels.labels.indices.filter {
      scored.labels[LabelName.key(labels.labels[$0])] != nil
    }
    guard !common.isEmpty else {
      throw .noCommonStudies(scores: scores.studies.count, labels: labels.studies.count)
    }
    guard !columns.isEmpty else {
      throw .noCommonLabels(scores: scores.labels.count, labels: labels.labels.count)
    }
    let studyNames = common.map { labels.studies[$0] }
    let labelNames = columns.map { labels.labels[$0] }
    self.grouping = grouping
    self.studies = studyNames
    self.labels = labelNames
    truths = columns.map { column in common.map { labels.columns[column][$0] } }
    self.scores = components.merging([.mean: scores]) { $1 }
      .mapValues { TableIndex($0).values(of: $0, studies: studyNames, labels: labelNames) }
    notes =
      Self.notes(scores, labels, common: common, evaluated: columns)
      + Self.notes(studyNames, grouping)
  }

  private static func notes(
    _ studies: [String], _ grouping: StudyGrouping
  ) -> [EvaluationNote] {
    let groups = grouping.numbered(studies).count
    let scans = grouping == .rows ? StudyGrouping.scans.numbered(studies).count : studies.count
    if groups < studies.count { return [.rowsDrawnTogether(rows: studies.count, groups: groups)] }
    return scans < studies.count ? [.rowsDrawnAlone(rows: studies.count, scans: scans)] : []
  }

  private static func notes(
    _ scores: ScoreTable, _ labels: LabelTable, common: [Int], evaluated: [Int]
  ) -> [EvaluationNote] {
    var notes: [EvaluationNote] = []
    let withoutLabels = scores.studies.count - common.count
    if withoutLabels > 0 { notes.append(.studiesWithoutLabels(count: withoutLabels)) }
    let withoutScores = labels.studies.count - common.count
    if withoutScores > 0 { notes.append(.studiesWithoutScores(count: withoutScores)) }
    let (scored, known) = (
      Set(scores.labels.map(LabelName.key)), Set(labels.labels.map(LabelName.key))
    )
    notes += scores.labels.filter { !known.contains(LabelName.key($0)) }.map {
      .labelWithoutTruth($0)
    }
    notes += labels.labels.filter { !scored.contains(LabelName.key($0)) }
      .map { .labelWithoutScores($0) }
    for column in evaluated {
      let cells = labels.missing(label: column, studies: common)
      if cells.total > 0 { notes.append(.missingLabels(labels.labels[column], cells: cells)) }
    }
    return notes
  }
}

/// Looks up the rows and columns of a table by study and label.
private struct TableIndex {
  let studies: [String: Int]
  let labels: [String: Int]

  init<Value>(_ table: StudyTable<Value>) {
    // Keys in a table are unique. `uniquingKeysWith` only prevents a trap.
    studies = Dictionary(
      zip(table.studies.map(StudyName.key), table.studies.indices), uniquingKeysWith: { $1 })
    labels = Dictionary(
      zip(table.labels.map(LabelName.key), table.labels.indices), uniquingKeysWith: { $1 })
  }

  /// Returns the scores of the given studies and labels, `[labels][studies]`; NaN if a score is missing.
  func values(of table: ScoreTable, studies names: [String], labels labelNames: [String])
    -> [[Double]]
  {
    let rows = names.map { studies[StudyName.key($0)] }
    return labelNames.map { label in
      guard let column = labels[LabelName.key(label)] else {
        return [Double](repeating: .nan, count: names.count)
      }
      return rows.map { $0.flatMap { table.columns[column][$0] } ?? .nan }
    }
  }
}

extension EvaluationCohort {
  /// Returns the sorted scores of one label and component, or the reason why the label cannot be evaluated.
  func column(_ label: Int, component: ScoreComponent) -> Result<RankedColumn, ColumnGap> {
    let truths = truths[label]
    let known = truths.count { $0 != nil }
    let positives = truths.count { $0 == true }
    guard known > 0 else { return .failure(ColumnGap(gap: .noLabels)) }
    guard positives > 0 else { return .failure(ColumnGap(gap: .noPositives(studies: known))) }
    guard positives < known else { return .failure(ColumnGap(gap: .noNegatives(studies: known))) }
    let values = scores[component]?[label] ?? []
    let unusable = values.count { !$0.isFinite }
    guard values.count == truths.count, unusable == 0 else {
      let infinite = values.count { $0.isInfinite }
      return .failure(
        ColumnGap(gap: .unusableScores(missing: unusable - infinite, infinite: infinite)))
    }
    return .success(RankedColumn(scores: values, truths: truths))
  }
}

/// Wraps a ``LabelGap`` as the error of a `Result`.
struct ColumnGap: Error, Equatable {
  let gap: LabelGap
}
