extension EvaluationReport {
  /// The report as aligned text tables with lines of at most 120 characters. Metrics are in per cent with one decimal.
  /// Thresholds have six decimals.
  public var text: String {
    let blocks = [
      summaryLines, areaTable, decisionTable, rankingTable, groupTable, ablationTable,
      ablationLabelTable, retrievalTable, noteLines,
    ]
    return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n") + "\n"
  }

  /// One sentence about the size and the method of the evaluation.
  var summary: String {
    let evaluated = labels.count { $0.evaluation != nil }
    let intervals =
      options.samples == 0
      ? "no intervals"
      : "95 % intervals from \(options.samples) bootstrap samples of \(drawn), seed \(options.seed)"
    return
      "\(studies) studies, \(evaluated) of \(labels.count) labels evaluated; \(intervals); in per cent."
  }

  /// A description of the units that the bootstrap draws.
  private var drawn: String {
    groupedStudies == studies ? "studies" : "\(groupedStudies) independent studies"
  }

  private var summaryLines: [String] {
    facts.flatMap { TextTable.wrapped("\($0.name): \($0.value)") } + TextTable.wrapped(summary)
  }

  private var areaTable: [String] {
    var table = TextTable(
      header: ["label", "positives"] + Self.areas.map(Self.heading))
    for label in labels {
      let positives = "\(label.positives)/\(label.studies)"
      table.add([label.name, positives] + Self.cells(label.evaluation?.metrics, Self.areas))
    }
    if let means { table.add(["mean", ""] + Self.cells(means, Self.areas)) }
    return table.lines
  }

  private var decisionTable: [String] {
    var table = TextTable(header: ["label", "threshold"] + Self.decisions.map(Self.heading))
    for label in labels {
      let threshold = label.evaluation.map { FixedDecimals.text($0.threshold, decimals: 6) }
      table.add(
        [label.name, threshold ?? "–"] + Self.cells(label.evaluation?.metrics, Self.decisions))
    }
    if let means { table.add(["mean", ""] + Self.cells(means, Self.decisions)) }
    return table.lines
  }

  private var rankingTable: [String] {
    guard let ranking else { return [] }
    var table = TextTable(
      header: ["labels against each other (z-scores)", "\(ranking.labels.count) labels"])
    for (name, estimate) in ranking.rows {
      table.add([name, estimate.map { FixedDecimals.percent($0) } ?? "–"])
    }
    return table.lines
  }

  private var groupTable: [String] {
    guard !groups.isEmpty else { return [] }
    var table = TextTable(header: ["prevalence", "labels"] + Self.areas.map(\.title))
    for group in groups {
      table.add(
        [Self.title(group.group, options.groups), String(group.labels.count)]
          + Self.areas.map { FixedDecimals.percent(group.metrics[$0]) })
    }
    return table.lines
  }

  private var ablationTable: [String] {
    guard let ablation else { return [] }
    var table = TextTable(header: [
      "score (mean of \(ablation.labels.count) labels)", "AUROC", "AUPRC",
    ])
    for row in ablation.rows {
      table.add([
        row.title, FixedDecimals.percent(row.auroc), FixedDecimals.percent(row.auprc),
      ])
    }
    return table.lines
  }

  private var ablationLabelTable: [String] {
    guard let ablation else { return [] }
    var table = TextTable(header: ["AUROC by score"] + ablation.rows.map(\.component.formula))
    for (index, label) in ablation.labels.enumerated() {
      table.add([label] + ablation.rows.map { FixedDecimals.percent($0.labelAUROCs[index]) })
    }
    return table.lines
  }

  private var retrievalTable: [String] {
    guard let retrieval else { return [] }
    var table = TextTable(
      header: [
        "retrieval, report → volume", "\(retrieval.reports) reports, \(retrieval.gallery) volumes",
      ])
    for row in retrieval.recalls {
      table.add(["Recall@\(row.depth)", FixedDecimals.percent(row.recall)])
    }
    table.add(["median rank", retrieval.medianRankText])
    return table.lines
  }

  private var noteLines: [String] {
    notes.flatMap { note in
      TextTable.wrapped(
        "note: " + (note.label.map { "\($0): \(note.message)" } ?? note.message))
    }
  }

  /// The metrics in the first table. Only F1 depends on the threshold.
  static let areas: [Metric] = [.auroc, .auprc, .f1]
  /// The metrics in the second table.
  static let decisions: [Metric] = [.accuracy, .precision, .recall]

  /// The heading of a metric's column.
  static func heading(_ metric: Metric) -> String {
    metric == .f1 ? "F1 (weighted)" : metric.title
  }

  /// Returns one cell for each metric; dashes if the label was not evaluated.
  static func cells(_ row: MetricRow<Estimate>?, _ metrics: [Metric]) -> [String] {
    metrics.map { metric in row.map { FixedDecimals.percent($0[metric]) } ?? "–" }
  }
}

extension StudyRankingResult {
  /// The metrics' names and values for a table.
  var rows: [(name: String, estimate: Estimate?)] {
    [
      ("Recall@1 (strict)", strictRecallAt1), ("Hit@1", hitAt1),
      ("Precision@\(depth)", precisionAt3),
    ]
  }
}

extension AblationRow {
  /// The component's name and formula.
  var title: String {
    component == .mean ? "mean of v·t and v̂·t" : "\(component.rawValue), \(component.formula)"
  }
}

extension RetrievalResult {
  /// The median rank and its interval, such as "12.0 [9.0, 15.5]". These are ranks, not percentages.
  var medianRankText: String {
    let value = FixedDecimals.text(medianRank.value, decimals: 1)
    guard let interval = medianRank.interval else { return value }
    let (lower, upper) = (
      FixedDecimals.text(interval.lower, decimals: 1),
      FixedDecimals.text(interval.upper, decimals: 1)
    )
    return "\(value) [\(lower), \(upper)]"
  }
}
