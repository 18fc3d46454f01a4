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
    }
    return ([Self.columns + ["decision", "warnings", "notice"]] + rows)
      .map { CSVCell.line($0) }.joined()
  }

  /// The diagnosis as a self-contained HTML page.
  public var html: String {
    let head = Self.columns.map { "<th>\($0)</th>" }.joined()
    let rows = findings.map { finding in
      let row = finding.cells + [finding.decision?.reservation ?? finding.positiveWord]
      return "<tr>" + row.map { "<td>\(HTMLText.escaped($0))</td>" }.joined() + "</tr>"
    }.joined(separator: "\n")
    let items = warnings.map { warning in
      "<li><strong>\(HTMLText.escaped(warning.code))</strong>: \(HTMLText.escaped(warning.detail))</li>"
    }
    let list = items.isEmpty ? "" : "<ul>\n\(items.joined(separator: "\n"))\n</ul>\n"
    let facts = [
      ("Diagnosis", id), ("Time", createdAt), ("Volume", volumeID), ("Model", model("name")),
      ("Version", model("version")), ("Weights", model("sha256")), ("Recipe", model("recipe")),
    ].map { "<dt>\($0)</dt><dd>\(HTMLText.escaped($1))</dd>" }.joined(separator: "\n")
    return """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><title>Diagnosis</title>
      <style>body{font:1rem sans-serif;margin:2rem;color-scheme:light dark}
      table{border-collapse:collapse}td,th{padding:.2rem .8rem;text-align:left;border-bottom:1px solid}
      dt{font-weight:bold}</style></head><body>
      <h1>Findings</h1>
      <p><strong>\(HTMLText.escaped(notice))</strong></p>
      \(list)<table><thead><tr>\(head)</tr></thead><tbody>
      \(rows)
      </tbody></table>
      <dl>
      \(facts)
      </dl></body></html>

      """
  }
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
