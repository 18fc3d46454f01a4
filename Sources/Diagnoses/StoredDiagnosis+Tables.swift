internal import Formats
internal import StrictJSON

// Renders the diagnosis as a table in CSV and HTML.
extension StoredDiagnosis {
  private static let columns = [
    "rank", "label", "score", "direct", "bridged", "margin", "percentile", "threshold", "positive",
  ]

  /// The findings as CSV (RFC 4180), one row for each finding. Each row repeats the warnings and the notice, so that
  /// they are not lost when a row is copied.
  public var csv: String {
    let remarks = [warnings.map { "\($0.code): \($0.detail)" }.joined(separator: " "), notice]
    let rows = findings.map { finding in
      finding.cells + [finding.positiveWord, finding.decision?.rawValue ?? ""] + remarks
        + [finding.scoreKind]
    }
    return ([Self.columns + ["decision", "warnings", "notice", "score_kind"]] + rows)
      .map { CSVCell.line($0) }.joined()
  }

  /// The diagnosis as a self-contained HTML page, in the order and style of the page's own print: what the result is not,
  /// what was scored by which model, warnings, and the findings.
  public var html: String {
    let head = Self.columns.map { "<th>\($0)</th>" }.joined()
    let rows = findings.map { finding in
      let row = finding.cells + [finding.decision?.reservation ?? finding.positiveWord]
      let start = finding.isPositive == true ? "<tr class=\"positive\">" : "<tr>"
      return start + row.map { "<td>\(HTMLText.escaped($0))</td>" }.joined() + "</tr>"
    }.joined(separator: "\n")
    let items = warnings.map { warning in
      "<li><strong>\(HTMLText.escaped(warning.code))</strong>: \(HTMLText.escaped(warning.detail))</li>"
    }
    let list = items.isEmpty ? "" : "<ul>\n\(items.joined(separator: "\n"))\n</ul>\n"
    let facts = [
      ("Diagnosis", id), ("Time", createdAt), ("Volume", volumeID), ("Model", model("name")),
      ("Version", model("version")), ("Weights", model("sha256")), ("Recipe", model("recipe")),
      ("Score", scoreExplanation), ("License of the weights", provenance("license")),
      ("Training data", provenance("training_data")),
    ].filter { !$1.isEmpty }
      .map { "<dt>\($0)</dt><dd>\(HTMLText.escaped($1))</dd>" }.joined(separator: "\n")
    return """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><title>Diagnosis</title>
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <style>\(Self.style)</style></head><body>
      <h1>Findings</h1>
      <p class="notice"><strong>\(HTMLText.escaped(notice))</strong></p>
      <dl>
      \(facts)
      </dl>
      \(list)<div class="scroll"><table><thead><tr>\(head)</tr></thead><tbody>
      \(rows)
      </tbody></table></div>
      </body></html>

      """
  }

  /// The content of the `style` element of ``html``. A content security policy can name its digest.
  public static let style = """
    :root{color-scheme:light dark;--line:#8886}
    body{font:1rem/1.45 system-ui,sans-serif;max-width:70rem;margin:1.5rem auto;padding:0 1rem;overflow-wrap:anywhere}
    .notice{border:1px solid;border-left:.35rem solid;border-radius:.3rem;padding:.4rem .9rem}
    dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem .9rem;font-size:.9rem}dd{margin:0}dt{font-weight:bold}
    .scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}
    td,th{padding:.25rem .8rem .25rem 0;text-align:left;border-bottom:1px solid var(--line)}
    td:nth-child(n+3):nth-child(-n+8),td:first-child{font-variant-numeric:tabular-nums}
    .positive td{font-weight:bold}
    @media print{@page{size:A4;margin:12mm;@bottom-right{content:"Page " counter(page) " of " counter(pages)}}
    body{font-size:9pt;margin:0;padding:0;max-width:none}tr{break-inside:avoid}}
    """
}

extension StoredFinding {
  /// The cells of all columns except `positive`. A number that does not apply is an empty cell.
  fileprivate var cells: [String] {
    let figures: [FindingFigure] = [
      .score, .direct, .bridged, .margin, .percentile, .threshold,
    ]
    return [String(rank), label] + figures.map { self.figures[$0]?.text ?? "" }
  }

  fileprivate var positiveWord: String { isPositive.map { $0 ? "yes" : "no" } ?? "" }
}
