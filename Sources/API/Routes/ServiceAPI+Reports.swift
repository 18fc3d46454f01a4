internal import Archives
internal import Formats
internal import HTTP
internal import Inference
internal import Storage
internal import StrictJSON

extension ServiceAPI {
  var reportRoutes: [Route] {
    let path = "/v1/reports/{id}"
    return [
      route(.post, "/v1/reports", .write, body: jsonUpload, isTimed: true, addReport),
      route(.get, "/v1/reports", .read, listReports), route(.get, path, .read, showReport),
      route(.delete, path, .write, deleteReport),
    ]
  }

  private func addReport(_ call: Call) async throws -> Response {
    let object = try RequestReader(parsing: json(of: call.request)).object(
      optional: ["report", "tags", "store_text"])
    guard let text = try object["report"]?.text() else {
      throw Problem.wrongKind("/report", "a text")
    }
    let report = ReportRequest(
      text: text, tags: try VolumeBody.tags(object["tags"]),
      keepsText: try object["store_text"]?.bool())
    let (record, encoded) = try await service.add(report, id: RandomID.make(prefix: "rp_"))
    var response = Response.json(
      .object(Self.json(record) + ["query": RetrievalBody.query(encoded)]), status: 201)
    response.headers.set("Location", "/v1/reports/\(record.id)")
    return response
  }

  private func listReports(_ call: Call) async throws -> Response {
    let archive = try service.requireArchive()
    let page = try PageParameters(call.head.query, limit: Self.pageLimit)
    let reports = try await archive.store.reports(after: page.cursor, limit: page.limit + 1)
    let shown = reports.prefix(page.limit)
    let next = reports.count > page.limit ? shown.last : nil
    return .json([
      "reports": .array(shown.map { .object(Self.json($0)) }),
      "next_cursor": .optional(next) { .string(PageParameters.text(of: $0.createdAt, $0.id)) },
    ])
  }

  private func showReport(_ call: Call) async throws -> Response {
    let archive = try service.requireArchive()
    guard let found = try await archive.store.report(id: call.parameter("id")) else {
      throw Self.unknownReport
    }
    return .json(.object(Self.json(found)))
  }

  private func deleteReport(_ call: Call) async throws -> Response {
    let archive = try service.requireArchive()
    guard try await archive.deleteReport(call.parameter("id")) else { throw Self.unknownReport }
    return Response(status: 204)
  }

  private static let unknownReport = Problem(.notFound, "No report with this id is stored.")

  private static func json(_ report: ReportRecord) -> JSONObject {
    [
      "id": .string(report.id),
      "created_at": .string(Timestamp.rfc3339(secondsSince1970: report.createdAt)),
      "tags": VolumeBody.tags(report.tags), "report": .optional(report.text, JSON.string),
      "encoded_text": .optional(report.encodedText, JSON.string),
    ]
  }
}
