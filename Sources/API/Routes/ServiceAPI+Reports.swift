internal import Archives
internal import Formats
internal import HTTP
internal import Inference
internal import Storage
internal import StrictJSON

extension ServiceAPI {
  /// The reports that volumes can be compared with.
  var reportRoutes: [Route] {
    [
      Route(.post, "/v1/reports", scope: .write, body: .upload(jsonUpload)) { request in
        await answerInTime(request) { () async throws(Problem) in try await addReport(request)
        }
      },
      Route(.get, "/v1/reports", scope: .read) { request in
        await answerFromArchive(request) { (archive) async throws(Problem) in
          try await listReports(request.head, archive)
        }
      },
      Route(.get, "/v1/reports/{id}", scope: .read) { request in
        await answerFromArchive(request) { (archive) async throws(Problem) in
          try await showReport(request.head, archive)
        }
      },
      Route(.delete, "/v1/reports/{id}", scope: .write) { request in
        await answerFromArchive(request) { (archive) async throws(Problem) in
          let id = request.head.pathParameters["id"] ?? ""
          let isGone = try await Problem.from { () async throws(StoreError) in
            try await archive.deleteReport(id)
          }
          guard isGone else { throw Self.unknownReport }
          return Response(status: 204)
        }
      },
    ]
  }

  private func addReport(_ request: Request) async throws(Problem) -> Response {
    let object = try RequestReader(parsing: try json(of: request)).object(
      optional: ["report", "tags", "store_text"])
    guard let text = try object["report"]?.text() else {
      throw Problem.wrongKind("/report", "a text")
    }
    let report = ReportRequest(
      text: text, tags: try VolumeBody.tags(object["tags"]),
      keepsText: try object["store_text"]?.bool())
    let (record, encoded) = try await Problem.from { () async throws(InferenceError) in
      try await service.add(report, id: RandomID.make(prefix: "rp_"))
    }
    var response = Response.json(
      .object(Self.json(record) + ["query": RetrievalBody.query(encoded)]), status: 201)
    response.headers.set("Location", "/v1/reports/\(record.id)")
    return response
  }

  private func listReports(
    _ head: RequestHead, _ archive: Archive
  ) async throws(Problem) -> Response {
    let page = try PageParameters(head.query, limit: Self.pageLimit, takesTag: false)
    let reports = try await Problem.from { () async throws(StoreError) in
      try await archive.store.reports(after: page.cursor, limit: page.limit + 1)
    }
    let shown = reports.prefix(page.limit)
    let next = reports.count > page.limit ? shown.last : nil
    return .json([
      "reports": .array(shown.map { .object(Self.json($0)) }),
      "next_cursor": .optional(next) { .string(PageParameters.text(of: $0.createdAt, $0.id)) },
    ])
  }

  private func showReport(
    _ head: RequestHead, _ archive: Archive
  ) async throws(Problem) -> Response {
    let id = head.pathParameters["id"] ?? ""
    let found = try await Problem.from { () async throws(StoreError) in
      try await archive.store.report(id: id)
    }
    guard let found else { throw Self.unknownReport }
    return .json(.object(Self.json(found)))
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
