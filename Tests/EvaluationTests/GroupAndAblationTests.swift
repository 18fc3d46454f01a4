import Testing

@testable import Evaluation

@Suite("Groups and ablation")
struct GroupAndAblationTests {
  @Test("labels are grouped by prevalence at the cut-offs, empty groups are left out")
  func groups() async throws {
    let truth = (0..<3).map { positives in
      Cohorts.truth((0..<10).map { $0 <= positives ? "1" : "0" }.joined())
    }
    let scores = truth.map { column in column.enumerated().map { Double($0.offset % 4) } }
    let cohort = try Cohorts.cohort(scores: scores, truth: truth)
    func groups(_ cutOffs: PrevalenceGroups) async throws -> [PrevalenceGroupResult] {
      let options = try EvaluationOptions(samples: 0, groups: cutOffs)
      return try await EvaluationReport(cohort: cohort, options: options).groups
    }
    // Prevalences 0.1, 0.2 and 0.3; a cut-off belongs to the group above it.
    let three = try await groups(PrevalenceGroups(head: 0.3, medium: 0.2))
    #expect(three.map(\.group) == [.head, .medium, .tail])
    #expect(three.map(\.labels) == [["l2"], ["l1"], ["l0"]])
    let standard = try await groups(.standard)
    #expect(standard.map(\.group) == [.head])
    let report = try await Cohorts.report(scores: scores, truth: truth)
    #expect(standard[0].metrics.auroc == report.means?.auroc.value)
    #expect(three[0].metrics.f1 == report.labels[2].evaluation?.metrics.f1.value)
  }

  @Test("each component is measured as if it were the score") func ablation() async throws {
    let golden = GoldenCohort.all[1]
    let reversed = golden.scores.map { $0.map { -$0 } }
    let report = try await Cohorts.report(
      scores: golden.scores, truth: golden.truth,
      components: [.direct: reversed, .bridgedBoth: golden.scores])
    let ablation = try #require(report.ablation)
    #expect(ablation.rows.map(\.component) == [.direct, .mean, .bridgedBoth])
    #expect(agree(ablation.rows[1].auroc, report.means?.auroc.value))
    #expect(agree(ablation.rows[1].auprc, report.means?.auprc.value))
    #expect(agree(ablation.rows[0].auroc, 1 - ablation.rows[1].auroc))
    #expect(ablation.rows[2].labelAUROCs == ablation.rows[1].labelAUROCs)
  }

  @Test("a label that a component lacks is left out of all rows and noted") func commonLabels()
    async throws
  {
    let report = try await Cohorts.report(
      scores: [[1, 2, 3], [3, 2, 1]], truth: [Cohorts.truth("011"), Cohorts.truth("011")],
      components: [.direct: [[1, 2, 3], [1, nil, 3]]])
    let ablation = try #require(report.ablation)
    #expect(ablation.labels == ["l0"])
    #expect(ablation.rows.map(\.auroc) == [1, 1])
    #expect(report.notes.contains(.notInAblation("l1", .direct)))
    #expect(report.means?.auroc.value == 0.5)
  }

  @Test("without other components there is no ablation") func noComponents() async throws {
    let report = try await Cohorts.report(scores: [[1, 2]], truth: [Cohorts.truth("01")])
    #expect(report.ablation == nil)
  }
}
