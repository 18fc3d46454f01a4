import StrictJSON
import Testing

@testable import Evaluation

/// Rows of one study are no independent observations.
@Suite("Study grouping")
struct StudyGroupingTests {
  private static let studies = 40
  private static let truth: [[Bool?]] = [
    (0..<studies).map { $0 * 7 % 5 < 2 }, (0..<studies).map { $0 % 9 == 4 ? nil : $0 % 4 == 1 },
  ]
  private static let scores: [[Double]] = truth.enumerated().map { label, column in
    column.enumerated().map { study, isPositive in
      Double((study * 37 + label * 11) % 23) / 23 + (isPositive == true ? 0.3 : 0)
    }
  }

  /// A cohort whose study `i` has the names `names(i)`, each row with the same scores and labels.
  private static func cohort(
    _ grouping: StudyGrouping = .scans, names: (Int) -> [String]
  ) throws -> EvaluationCohort {
    let rows = (0..<studies).flatMap { study in names(study).map { (study, $0) } }
    let labels = truth.indices.map { "l\($0)" }
    return try EvaluationCohort(
      scores: ScoreTable(
        studies: rows.map(\.1), labels: labels, columns: scores.map { c in rows.map { c[$0.0] } }),
      labels: LabelTable(
        studies: rows.map(\.1), labels: labels, columns: truth.map { c in rows.map { c[$0.0] } }),
      grouping: grouping)
  }

  private static func report(_ cohort: EvaluationCohort) async throws -> EvaluationReport {
    try await EvaluationReport(cohort: cohort, options: EvaluationOptions(samples: 400, seed: 9))
  }

  private static func copies(_ study: Int, _ count: Int) -> [String] {
    (1...count).map { "valid_\(study)_a_\($0).nii.gz" }
  }

  @Test("copies of every row change no interval", arguments: [2, 3])
  func exactCopies(count: Int) async throws {
    let single = try await Self.report(Self.cohort { ["s\($0)"] })
    let copied = try await Self.report(Self.cohort { Self.copies($0, count) })
    for (one, many) in zip(single.labels, copied.labels) {
      for metric in Metric.allCases {
        let (a, b) = (one.evaluation?.metrics[metric], many.evaluation?.metrics[metric])
        #expect(agree(a?.value, b?.value) && a?.samples == b?.samples, "\(metric)")
        #expect(agree(a?.interval?.lower, b?.interval?.lower), "\(metric)")
        #expect(agree(a?.interval?.upper, b?.interval?.upper), "\(metric)")
      }
    }
    #expect(agree(single.means?.auroc.interval?.lower, copied.means?.auroc.interval?.lower))
    #expect(agree(single.ranking?.hitAt1?.interval?.upper, copied.ranking?.hitAt1?.interval?.upper))
    #expect(copied.studies == count * Self.studies && copied.groupedStudies == Self.studies)
    let rows = count * Self.studies
    #expect(copied.notes.contains(.rowsDrawnTogether(rows: rows, groups: Self.studies)))
    #expect(copied.text.contains("\(Self.studies) independent studies"))
    #expect(copied.json.object?["independent_studies"] == .integer(Self.studies))
    #expect(!single.notes.contains { $0.code.hasPrefix("rows-drawn") })
  }

  @Test("rows drawn alone give the narrower intervals of the authors, and a note says so")
  func rowsAlone() async throws {
    let single = try await Self.report(Self.cohort { ["s\($0)"] })
    let alone = try await Self.report(Self.cohort(.rows) { Self.copies($0, 2) })
    func width(_ report: EvaluationReport) throws -> Double {
      let interval = try #require(report.means?.auroc.interval)
      return interval.upper - interval.lower
    }
    #expect(try width(alone) < width(single) * 0.9)
    #expect(alone.notes.contains(.rowsDrawnAlone(rows: 2 * Self.studies, scans: Self.studies)))
  }

  @Test("a table of groups joins what names do not") func tableOfGroups() async throws {
    let lines = (0..<Self.studies).flatMap { ["x\($0),p\($0)", "y\($0).nii.gz,p\($0)"] }
    let table = try StudyGroupTable(
      parsing: Array((["VolumeName,patient"] + lines).joined(separator: "\n").utf8))
    let named = try await Self.report(Self.cohort(.table(table)) { ["x\($0)", "y\($0)"] })
    let single = try await Self.report(Self.cohort { ["s\($0)"] })
    #expect(agree(named.means?.auroc.interval?.lower, single.means?.auroc.interval?.lower))
    #expect(named.groupedStudies == Self.studies)
    // Rows that the table does not hold stay alone, also one that is called like a group.
    let part = try StudyGroupTable(parsing: Array("VolumeName,g\nx1,p\ny1,p\n".utf8))
    #expect(StudyGrouping.table(part).numbered(["x1", "p", "y1", "z"]).groups == [0, 1, 0, 2])
  }

  @Test("only CT-RATE's names are taken apart")
  func names() {
    let scans = StudyGrouping.scans.numbered([
      "train_1_a_1.nii.gz", "train_1_a_2", "train_1_b_1", "valid_1_a_1", "train_12_a_1",
      "train_1_a_1_x", "study_1_a_1", "study_1_a_2", "train_1_a_", "train_x_a_1", "train_1_A_1",
    ])
    #expect(scans.groups == [0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9] && scans.count == 10)
  }

  @Test(
    "tables of groups that cannot be meant are refused",
    arguments: [
      ("Name,g\na,1", EvaluationError.noStudyColumn(found: "Name")),
      ("VolumeName\na", .groupColumns(found: 1)),
      ("VolumeName,g,h\na,1,2", .groupColumns(found: 3)),
      ("VolumeName,g\na,1\nb, ", .emptyGroup(line: 3)),
      ("VolumeName,g\n ,1", .emptyStudyName(line: 2)),
      ("VolumeName,g\na,1\na.nii,1", .duplicateStudy("a.nii", line: 3)),
    ])
  func refusals(text: String, error: EvaluationError) {
    #expect(throws: error) { try StudyGroupTable(parsing: Array(text.utf8)) }
    #expect(!error.description.isEmpty)
  }

  @Test("reports of one scan are drawn together") func retrieval() async throws {
    let ranks = (0..<30).map { $0 * 7 % 40 + 1 }
    func result(_ ranks: RetrievalRanks) async throws -> RetrievalResult {
      try await RetrievalResult(
        ranks, grouping: .scans, options: EvaluationOptions(samples: 300, seed: 2))
    }
    let single = try await result(RetrievalRanks(ranks: ranks, gallery: 50))
    let twice = try await result(
      RetrievalRanks(
        ranks: ranks.flatMap { [$0, $0] }, gallery: 50,
        studies: ranks.indices.flatMap { ["train_\($0)_a_1", "train_\($0)_a_2"] }))
    #expect(twice.reports == 60)
    #expect(twice.recalls.map(\.recall.interval) == single.recalls.map(\.recall.interval))
    #expect(twice.medianRank.interval == single.medianRank.interval)
    #expect(throws: EvaluationError.retrievalTruths(found: 1, expected: 2)) {
      try RetrievalRanks(ranks: [1, 2], gallery: 3, studies: ["a"])
    }
  }
}
