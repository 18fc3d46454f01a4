internal import Calibrations
internal import Formats
internal import HTTP
internal import Inference
internal import Storage
internal import StrictJSON

/// The form in which a kept diagnosis is shown: as it was answered, as a table, as a page, or as a DICOM
/// structured report.
struct DiagnosisForm {
  private static let structuredReport = "application/dicom+json"

  private let type: String

  /// - Throws: ``Problem`` `not-acceptable`.
  init(accept: String?) throws(Problem) {
    type = try MediaChoice.choose(
      accept, among: ["application/json", "text/csv", "text/html", Self.structuredReport])
  }

  /// Whether the metadata of the volume are shown, too.
  var showsMetadata: Bool { type == Self.structuredReport }

  /// The answer, from the JSON of the first one.
  ///
  /// - Parameter metadata: Those of the volume, if they are shown and the volume has any.
  func response(
    _ document: [UInt8], of metadata: VolumeMetadata? = nil
  ) throws(Problem) -> Response {
    guard type != "application/json" else {
      return Response(
        status: 200, headers: ["Content-Type": type, "Vary": "Accept"], body: document)
    }
    guard let diagnosis = (try? JSON(parsing: document))?.object else {
      throw .unreadableDiagnosis
    }
    guard type != Self.structuredReport else {
      let report = StructuredReport(
        try KeptDiagnosis(diagnosis), of: metadata ?? VolumeMetadata())
      return Response(
        status: 200, headers: ["Content-Type": type, "Vary": "Accept"], body: report.json.bytes)
    }
    let text = type == "text/csv" ? Self.csv(diagnosis) : Self.page(diagnosis)
    return Response(
      status: 200,
      headers: [
        "Content-Type": "\(type); charset=utf-8",
        // What a client sent is shown as text; should a browser ever see more in it, it may do nothing.
        "Content-Security-Policy":
          "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "Vary": "Accept",
      ], body: Array(text.utf8))
  }

  private static let columns = [
    "rank", "label", "score", "direct", "bridged", "margin", "percentile", "threshold", "positive",
  ]

  /// A row for each finding, RFC 4180; each row repeats the warnings and the notice, so that no row can be taken
  /// out of its context.
  private static func csv(_ diagnosis: JSONObject) -> String {
    let remarks = [
      warnings(diagnosis).map { "\($0.code): \($0.detail)" }.joined(separator: " "),
      diagnosis["notice"]?.words ?? "",
    ]
    let head = columns + ["decision", "warnings", "notice"]
    let body = findings(diagnosis).map { finding in
      cells(finding) + [finding["decision"]?.words ?? ""] + remarks
    }
    return ([head] + body).map { CSVCell.line($0) }.joined()
  }

  /// One self-contained page.
  private static func page(_ diagnosis: JSONObject) -> String {
    let head = columns.map { "<th>\($0)</th>" }.joined()
    let body = findings(diagnosis).map { finding in
      var row = cells(finding)
      if let words = undecided(finding) { row[row.count - 1] = words }
      return "<tr>" + row.map { "<td>\(HTMLText.escaped($0))</td>" }.joined() + "</tr>"
    }.joined(separator: "\n")
    let remarks = warnings(diagnosis).map { warning in
      "<li><strong>\(HTMLText.escaped(warning.code))</strong>: \(HTMLText.escaped(warning.detail))</li>"
    }
    let warned = remarks.isEmpty ? "" : "<ul>\n\(remarks.joined(separator: "\n"))\n</ul>\n"
    let model = diagnosis["model"]?.object
    let volume = diagnosis["volume"]?.object
    let facts = [
      ("Diagnosis", diagnosis["id"]), ("Time", diagnosis["created_at"]),
      ("Volume", volume?["id"]), ("Model", model?["name"]), ("Version", model?["version"]),
      ("Weights", model?["sha256"]), ("Recipe", model?["recipe"]),
    ].map { "<dt>\($0)</dt><dd>\(HTMLText.escaped($1?.words ?? ""))</dd>" }.joined(separator: "\n")
    return """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><title>Diagnosis</title>
      <style>body{font:1rem sans-serif;margin:2rem;color-scheme:light dark}
      table{border-collapse:collapse}td,th{padding:.2rem .8rem;text-align:left;border-bottom:1px solid}
      dt{font-weight:bold}</style></head><body>
      <h1>Findings</h1>
      <p><strong>\(HTMLText.escaped(diagnosis["notice"]?.words ?? ""))</strong></p>
      \(warned)<table><thead><tr>\(head)</tr></thead><tbody>
      \(body)
      </tbody></table>
      <dl>
      \(facts)
      </dl></body></html>

      """
  }

  private static func findings(_ diagnosis: JSONObject) -> [JSONObject] {
    (diagnosis["findings"]?.array ?? []).compactMap(\.object)
  }

  /// One for each of ``columns``.
  private static func cells(_ finding: JSONObject) -> [String] {
    let parts = finding["components"]?.object
    return columns.map { (finding[$0] ?? parts?[$0])?.words ?? "" }
  }

  /// What replaces yes or no where thresholds do not hold for the volume.
  private static func undecided(_ finding: JSONObject) -> String? {
    FindingDecision(rawValue: finding["decision"]?.words ?? "")?.reservation
  }

  private static func warnings(_ diagnosis: JSONObject) -> [(code: String, detail: String)] {
    (diagnosis["volume"]?["warnings"]?.array ?? []).map {
      ($0["code"]?.words ?? "", $0["detail"]?.words ?? "")
    }
  }
}

extension JSON {
  fileprivate var words: String {
    switch self {
    case .string(let text): text
    case .number(let number): number.text
    case .bool(let value): value ? "yes" : "no"
    default: ""
    }
  }
}
