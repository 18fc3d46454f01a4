import ReportText
import TestSupport
import Testing

@Suite struct RuleSummarizerTests {
  private func text(_ report: String) -> String {
    RuleSummarizer().summarize(report) { _ in true }.text
  }

  private func terms(_ report: String) -> [String] {
    RuleSummarizer().summarize(report) { _ in true }.findings.map(\.term)
  }

  @Test func aSentenceKeepsDegreeSideAndLobeAndLosesMeasurements() {
    #expect(
      text("A mild pleural effusion of 1.5 cm is seen on the left.")
        == "There is mild pleural effusion on the left side.")
    #expect(
      text("Multiple nodules, the largest 6.5 x 4 mm, in the right upper lobe.")
        == "There are multiple lung nodules in the right upper lobe.")
    #expect(
      text(
        "Linear atelectasis in the middle lobe of the right lung and the lingula of the left lung.")
        == "There is atelectasis in the right middle lobe and in the lingula.")
  }

  @Test func eachFindingKeepsItsOwnPlace() {
    #expect(
      text(
        "Emphysema in the upper lobes, consolidation in the right lower lobe and small nodules on the left."
      )
        == "There is emphysema in the upper lobes of both lungs. There is consolidation in the right lower "
        + "lobe. There is small lung nodule in the left lung.")
    #expect(
      text("A port catheter is seen on the right. Sternotomy wires. A port catheter.")
        == "There is medical material, port catheter, sternotomy wires on the right side.")
  }

  @Test func findingsStandInTheReportsOrderWithoutRepetition() {
    let report = """
      Findings: Emphysema. Cardiomegaly. Small effusion on the right.
      Impression: 1. Effusion on the left. 2. Emphysema. 3. Hiatal hernia.
      """
    #expect(terms(report) == ["Emphysema", "Cardiomegaly", "Pleural effusion", "Hiatal hernia"])
    #expect(text(report).contains("There is small pleural effusion on both sides."))
  }

  @Test func aReportWithoutFindingsGivesTheNormalText() {
    for report in [
      "", "   \n", "No pneumothorax.", "The lungs are clear.", "\u{80BA}\u{708E}", "1. 2. 3.",
    ] {
      let summary = RuleSummarizer().summarize(report) { _ in true }
      #expect(summary.isNormal)
      #expect(summary.text == RuleSummarizer.normalText)
    }
  }

  @Test func onlyFindingsAndImpressionAreRead() {
    let report = """
      CHEST CT, PNEUMONIA PROTOCOL
      Patient: Cavity, Anna
      Clinical information: pneumothorax? Technique: With contrast; a catheter was used. Comparison: Emphysema 2019.
      Findings: Consolidation. Recommendation: Control for tuberculosis.
      """
    #expect(terms(report) == ["Consolidation"])
    #expect(terms("Trachea is open. Emphysema in both lungs.") == ["Emphysema"])
  }

  @Test func doubtIsKept() {
    let summary = RuleSummarizer().summarize("Findings may be compatible with pneumonia.") { _ in
      true
    }
    #expect(summary.findings.map(\.certainty) == [.possible])
    #expect(summary.text == "There is possible pneumonia.")
  }

  @Test func whatDoesNotFitLosesDetailsFirstAndThenTheLastFindings() {
    let report =
      "Mild emphysema in both lungs. Scoliosis. Small pneumothorax on the left. Rib fracture."
    var lengths: [Int] = []
    for limit in stride(from: 200, through: 20, by: -20) {
      let summary = RuleSummarizer().summarize(report) { $0.utf8.count <= limit }
      lengths.append(summary.findings.count)
      #expect(summary.text.utf8.count <= limit || summary.findings.count == 1)
      #expect(summary.findings.count + summary.leftOut == 4)
      #expect(summary.findings.allSatisfy { summary.text.contains($0.term.dropFirst()) })
    }
    #expect(lengths.first == 4)
    #expect(lengths.last == 1)
    let tight = RuleSummarizer().summarize(report) { $0.utf8.count <= 75 }
    #expect(tight.findings.map(\.term) == ["Emphysema", "Pneumothorax", "Rib fracture"])
    #expect(tight.isShortened)
  }

  @Test func anyTextTakesLinearTimeAndEndsInSomeSummary() {
    let pieces = [
      "no nodule ", "nodule not seen ", "lymph node but ", "lymph node 12 mm, ",
      "lymph node, aorta 42 mm but ", "\u{301}", "a.b.",
      "(", ":",
      "history of ", "there is ", "\n", "1. ", "effusion and effusion is ", "pleural ", "x", "1,",
      ", ",
      "findings: ", "thickening of the ", "\u{1F469}\u{200D}", "not ",
      "in the previous examination ", "nodule: none, ", "don't ", "resolved ", "certainly ",
      "no following:\n- ", "- ", "no:\n", ", which is ", "which was seen before, ",
      "no significant ",
      "lymph node 12x10mm ", "12 mm lymph node, ", "5x", "5*", "it is seen that ", "effusion - no ",
      "comparison: x. ", "comparison: x. nodule. ", "was seen and is not seen ", "as far as ",
      "the largest nodule ", "no increase in ", "due to ", "density consistent with ", "in the ",
      "sequel ", "nodular ground glass ",
    ]
    for piece in pieces {
      let isLinear = WorkGrowth.isLinear { share in
        let count = Int(share * 65_536) / piece.utf8.count
        _ = text(String(repeating: piece, count: count))
      }
      #expect(isLinear, "\(piece.debugDescription)")
    }
  }
}

extension ReportSummary {
  /// Whether the rules found nothing abnormal in the report.
  var isNormal: Bool { findings.isEmpty && leftOut == 0 }
}
