internal import Formats

extension EvaluationReport {
  /// A self-contained HTML page with tables, and with the ROC curve of each label as inline SVG.
  ///
  /// The page contains no scripts and loads nothing. Its colours follow the browser's light or dark setting. All text
  /// from outside is escaped.
  public var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Zero-shot evaluation</title>
    <style>
    \(Self.style)
    </style>
    </head>
    <body>
    <main>
    <h1>Zero-shot evaluation</h1>
    \(sections.joined(separator: "\n"))
    </main>
    </body>
    </html>

    """
  }

  private var sections: [String] {
    [factList, "<p>\(HTMLText.escaped(summary))</p>", labelTable, rankingSection, groupSection]
      + [ablationSection, retrievalSection, figures, noteList].filter { !$0.isEmpty }
  }

  private var factList: String {
    guard !facts.isEmpty else { return "" }
    let items = facts.map {
      "<dt>\(HTMLText.escaped($0.name))</dt><dd>\(HTMLText.escaped($0.value))</dd>"
    }
    return "<dl>\(items.joined())</dl>"
  }

  private var labelTable: String {
    var rows = labels.map { label in
      let threshold = label.evaluation.map { FixedDecimals.text($0.threshold, decimals: 6) }
      return [label.name, "\(label.positives)/\(label.studies)", threshold ?? "–"]
        + Self.cells(label.evaluation?.metrics, Metric.allCases)
    }
    if let means { rows.append(["mean", "", ""] + Self.cells(means, Metric.allCases)) }
    return HTMLText.table(
      caption: "Each abnormality",
      header: ["label", "positives", "threshold"] + Metric.allCases.map(Self.heading), rows: rows)
  }

  private var rankingSection: String {
    guard let ranking else { return "" }
    return HTMLText.table(
      caption: "\(ranking.labels.count) labels against each other, by z-scores",
      header: ["measure", "value"],
      rows: ranking.rows.map { [$0.name, $0.estimate.map { FixedDecimals.percent($0) } ?? "–"] })
  }

  private var groupSection: String {
    guard !groups.isEmpty else { return "" }
    return HTMLText.table(
      caption: "By prevalence", header: ["group", "labels"] + Self.areas.map(Self.heading),
      rows: groups.map { group in
        [Self.title(group.group, options.groups), String(group.labels.count)]
          + Self.areas.map { FixedDecimals.percent(group.metrics[$0]) }
      })
  }

  private var ablationSection: String {
    guard let ablation else { return "" }
    let means = HTMLText.table(
      caption: "The components of the score, mean of \(ablation.labels.count) labels",
      header: ["score", "AUROC", "AUPRC"],
      rows: ablation.rows.map {
        [$0.title, FixedDecimals.percent($0.auroc), FixedDecimals.percent($0.auprc)]
      })
    let each = HTMLText.table(
      caption: "AUROC by score", header: ["label"] + ablation.rows.map(\.component.formula),
      rows: ablation.labels.enumerated().map { index, label in
        [label] + ablation.rows.map { FixedDecimals.percent($0.labelAUROCs[index]) }
      })
    return means + "\n" + each
  }

  private var retrievalSection: String {
    guard let retrieval else { return "" }
    return HTMLText.table(
      caption: "Retrieval, \(retrieval.reports) reports among \(retrieval.gallery) volumes",
      header: ["measure", "value"],
      rows: retrieval.recalls.map { ["Recall@\($0.depth)", FixedDecimals.percent($0.recall)] }
        + [["median rank", retrieval.medianRankText]])
  }

  private var figures: String {
    let figures = labels.enumerated().compactMap { index, label in
      label.evaluation.map { ROCFigure(name: label.name, evaluation: $0, index: index).html }
    }
    guard !figures.isEmpty else { return "" }
    return "<h2>ROC curves</h2>\n<div class=\"grid\">\n\(figures.joined(separator: "\n"))\n</div>"
  }

  private var noteList: String {
    guard !notes.isEmpty else { return "" }
    let items = notes.map { note in
      let label = note.label.map { "<strong>\(HTMLText.escaped($0))</strong>: " } ?? ""
      return "<li>\(label)\(HTMLText.escaped(note.message))</li>"
    }
    return "<h2>Notes</h2>\n<ul>\n\(items.joined(separator: "\n"))\n</ul>"
  }

  private static let style = """
    :root { color-scheme: light dark;
      --ink: #1b1f24; --paper: #fff;
      --faint: #737b85; --line: #c9ced6; --curve: #0b5cad; --point: #b3261e; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e6e8eb; --paper: #16181c;
        --faint: #9aa2ad; --line: #3c424b; --curve: #7db7ff; --point: #ff8a80; }
    }
    body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.45 system-ui, sans-serif; }
    main { max-width: 76rem; margin: 0 auto; padding: 1.5rem; }
    .scroll { overflow-x: auto; margin: 1.5rem 0; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
    caption { text-align: left; font-weight: 600; padding-bottom: .4rem; }
    th, td { padding: .25rem .8rem .25rem 0; text-align: left;
      border-bottom: 1px solid var(--line); white-space: nowrap; }
    tbody th { font-weight: 400; }
    dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
    dt { color: var(--faint); }
    dd { margin: 0; overflow-wrap: anywhere; }
    .grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: 1rem; }
    figure { margin: 0; }
    figcaption { font-size: .9rem; overflow-wrap: anywhere; }
    svg { width: 100%; height: auto; font-size: 11px; }
    svg text { fill: var(--faint); }
    .frame { fill: none; stroke: var(--line); }
    .chance { stroke: var(--line); stroke-dasharray: 4 4; }
    .curve { fill: none; stroke: var(--curve); stroke-width: 2; }
    .point { fill: var(--point); }
    """
}
