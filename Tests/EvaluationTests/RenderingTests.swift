import Evaluation
import StrictJSON
import TestSupport
import Testing

@Suite("Renderings of a report")
struct RenderingTests {
  /// Names that would break a terminal, a table or a page.
  static let hostileNames = [
    "<script>alert(1)</script>", "\" onload=\"x", "a & b 'c'", "line\r\nbreak, \"quoted\"",
    "\u{1B}[31mred\u{7}", "<\u{301}b>", "\u{202E}evil", String(repeating: "long name ", count: 30),
    "</title><img src=x onerror=y>", "]]>", "",
  ]

  /// A report with every part, hostile names, a gap and missing labels.
  static func report(samples: Int = 50) async throws -> EvaluationReport {
    let studies = (0..<30).map { $0 == 0 ? "<s>.nii.gz" : "s\($0)" }
    let scores = hostileNames.indices.map { label in
      (0..<30).map { Double(($0 * 7 + label * 3) % 11) / 11 }
    }
    let truth = hostileNames.indices.map { label in
      (0..<30).map { label == 4 ? false : ($0 + label) % 3 == 0 }
    }
    let labels = try LabelTable(studies: studies, labels: hostileNames, columns: truth)
    let table = try ScoreTable(studies: studies, labels: hostileNames, columns: scores)
    let reversed = try ScoreTable(
      studies: studies, labels: hostileNames, columns: scores.map { $0.reversed() })
    return try await EvaluationReport(
      cohort: EvaluationCohort(
        scores: table, labels: labels,
        components: [
          .direct: reversed, .bridged: table, .directBridgedText: table, .bridgedBoth: reversed,
        ]),
      options: EvaluationOptions(samples: samples, seed: .max),
      retrieval: RetrievalRanks(ranks: Array(1...30), gallery: 120),
      facts: [
        ReportFact("model", "<b>mine</b>"), ReportFact("path", String(repeating: "x", count: 300)),
      ])
  }

  @Test("text fits 120 columns and holds nothing a terminal acts on") func text() async throws {
    for samples in [0, 50] {
      let text = try await Self.report(samples: samples).text
      for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        #expect(line.count <= 120, "\(line)")
        #expect(line.last != " ", "\(line)")
      }
      #expect(
        !text.unicodeScalars.contains { $0 != "\n" && $0.properties.generalCategory == .control })
      #expect(!text.contains("\u{202E}"))
      for part in ["AUROC", "Precision@3", "head (≥ 10.0 %)", "v̂·t̂", "Recall@100", "note: "] {
        #expect(text.contains(part), "\(part)")
      }
    }
  }

  @Test("JSON holds the figures in full and parses again") func json() async throws {
    let report = try await Self.report()
    let root = try #require(try JSON(parsing: report.json.prettyBytes).object)
    #expect(root["studies"]?.number == 30)
    let labels = try #require(root["labels"]?.array).compactMap(\.object)
    #expect(labels.count == report.labels.count)
    for (found, label) in zip(labels, report.labels) {
      #expect(found["threshold"]?.number == label.evaluation?.threshold)
      let auroc = found["metrics"]?.object?["auroc"]?.object
      #expect(auroc?["value"]?.number == label.evaluation?.metrics.auroc.value)
      let interval = label.evaluation?.metrics.auroc.interval
      #expect(auroc?["interval"]?.numbers == interval.map { [$0.lower, $0.upper] })
      #expect((found["reason"] == .null) == (label.gap == nil))
    }
    for part in [
      "facts", "options", "means", "ranking", "groups", "ablation", "retrieval", "notes",
    ] {
      #expect(root[part] != nil && root[part] != .null, "\(part)")
    }
  }

  @Test("CSV has a row for each label and reads back to the bit") func csv() async throws {
    let report = try await Self.report()
    let table = try CSVTable(parsing: Array(report.csv.utf8))
    #expect(table.rows.map { $0.fields[0] } == report.labels.map(\.name))
    let column = try #require(table.header.firstIndex(of: "auprc_upper"))
    for (row, label) in zip(table.rows, report.labels) {
      #expect(Double(row.fields[column]) == label.evaluation?.metrics.auprc.interval?.upper)
    }
  }

  @Test("HTML escapes every name, runs nothing and asks for nothing") func html() async throws {
    let html = try await Self.report().html
    for forbidden in [
      "<script", "<img", "onload=\"", "<b>", "http:", "https:", "url(", "@import", "\u{1B}",
    ] {
      #expect(!html.contains(forbidden), "\(forbidden)")
    }
    #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    #expect(html.contains("&quot; onload=&quot;x"))
    // A mark after "<" hides it from a search by characters, not from a browser.
    #expect(!html.unicodeScalars.split(separator: "\u{301}").dropLast().contains { $0.last == "<" })
    #expect(html.contains("prefers-color-scheme: dark"))
  }

  @Test(
    "each evaluated label has a described curve with its AUROC in the title, and tags are balanced")
  func figures() async throws {
    let report = try await Self.report()
    let html = report.html
    let curves = report.labels.count { $0.evaluation != nil }
    #expect(curves == Self.hostileNames.count - 1)
    for part in [
      "<svg", "</svg>", "<desc id=", "<polyline", "<circle class=\"point\"", "role=\"img\"",
    ] {
      #expect(html.ranges(of: part).count == curves, "\(part)")
    }
    #expect(html.ranges(of: "<title id=").count == curves)
    #expect(html.contains("AUROC \(percent(report.labels[0].evaluation?.metrics.auroc.value))"))
    for tag in ["table", "tr", "td", "figure", "ul", "li", "dl", "style", "main", "html", "div"] {
      let opened = html.ranges(of: "<\(tag)>").count + html.ranges(of: "<\(tag) ").count
      #expect(opened == html.ranges(of: "</\(tag)>").count, "\(tag)")
    }
  }

  private func percent(_ share: Double?) -> String {
    let tenths = Int(((share ?? 0) * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  @Test("a small report reads as expected") func example() async throws {
    let report = try await Cohorts.report(
      scores: [[1, 2, 3, 4], [4, 3, 2, 1]],
      truth: [Cohorts.truth("0101"), Cohorts.truth("0000")])
    #expect(
      report.text == """
        4 studies, 1 of 2 labels evaluated; no intervals; in per cent.

        label  positives  AUROC  AUPRC  F1 (weighted)
        l0     2/4        75.0   83.3   73.3
        l1     0/4        –      –      –
        mean              75.0   83.3   73.3

        label  threshold  Accuracy  Precision  Recall
        l0     3.000000   75.0      100.0      50.0
        l1     –          –         –          –
        mean              75.0      100.0      50.0

        labels against each other (z-scores)  2 labels
        Recall@1 (strict)                     50.0
        Hit@1                                 50.0
        Precision@2                           25.0

        prevalence       labels  AUROC  AUPRC  F1
        head (≥ 10.0 %)  1       75.0   83.3   73.3

        note: l1: no figures: all 4 labels are negative

        """)
  }
}
