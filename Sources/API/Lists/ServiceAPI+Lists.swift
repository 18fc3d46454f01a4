internal import Archives
internal import Diagnoses
internal import Formats
internal import HTTP
internal import Inference
internal import Jobs
internal import Storage
internal import StrictJSON

extension ServiceAPI {
  /// The routes that list diagnoses and jobs, and volumes with their diagnoses.
  var listRoutes: [Route] {
    [
      route(.get, "/v1/diagnoses", .read, listDiagnoses), route(.get, "/v1/jobs", .read, listJobs),
      route(.get, "/v1/worklist", .read, listWork),
    ]
  }

  /// The number of findings that each entry in the list of diagnoses contains.
  private static let shownFindings = 3

  private func listDiagnoses(_ call: Call) async throws -> Response {
    let archive = try service.requireArchive()
    let page = try PageParameters(
      call.head.query, limit: Self.pageLimit, filters: [.volumeID])
    let records = try await archive.store.diagnoses(
      after: page.cursor, limit: page.limit + 1, volumeID: page.volumeID)
    let shown = records.prefix(page.limit)
    var names: [String: String] = [:]
    for id in Set(shown.map(\.volumeID)) {
      names[id] = try await archive.record(ofVolume: id)?.metadata.name
    }
    let next = records.count > page.limit ? shown.last : nil
    return .json([
      "diagnoses": .array(shown.map { Self.entry($0, name: names[$0.volumeID]) }),
      "next_cursor": .optional(next) { .string(PageParameters.text(of: $0.createdAt, $0.id)) },
    ])
  }

  /// Returns the list entry for a diagnosis.
  ///
  /// - Parameter name: The display name of the volume; nil if it has none.
  static func entry(_ record: DiagnosisRecord, name: String?) -> JSON {
    let start: JSONObject = [
      "id": .string(record.id),
      "created_at": .string(Timestamp.rfc3339(secondsSince1970: record.createdAt)),
      "volume_id": .string(record.volumeID), "volume_name": .optional(name, JSON.string),
    ]
    // A later version may have stored the diagnosis in a form that this version cannot read.
    guard let diagnosis = StoredDiagnosis(document: record.document) else {
      return .object(start + ["model": .null, "finding_count": .null, "findings": .null])
    }
    // Positive findings come first. Within both groups, the highest score comes first.
    let positive = diagnosis.findings.filter { $0.isPositive == true }
    let others = diagnosis.findings.filter { $0.isPositive != true }
    // A count of 0 would say that the volume is normal. Without thresholds, nobody knows.
    let isDecided = diagnosis.findings.contains { $0.isPositive != nil }
    return .object(
      start + [
        "model": .object(diagnosis.model), "finding_count": .integer(diagnosis.findings.count),
        "positive_count": isDecided ? .integer(positive.count) : .null,
        "findings": .array((positive + others).prefix(shownFindings).map(finding)),
      ])
  }

  private static func finding(_ finding: StoredFinding) -> JSON {
    [
      "index": .integer(finding.index), "label": .string(finding.visibleLabel),
      "score": .optional(finding.figures[.score], JSON.number),
      "positive": .optional(finding.isPositive, JSON.bool),
    ]
  }

  private func listJobs(_ call: Call) async throws -> Response {
    let page = try PageParameters(call.head.query, limit: Self.pageLimit, filters: [.state])
    let jobs = try await self.jobs.list(
      after: page.cursor, limit: page.limit + 1, isEnded: page.isEnded)
    let shown = jobs.prefix(page.limit)
    let next = jobs.count > page.limit ? shown.last : nil
    var bodies: [JSON] = []
    for job in shown { bodies.append(await statusBody(of: job, at: call.head.prefix)) }
    return .json([
      "jobs": .array(bodies),
      "next_cursor": .optional(next) { .string(PageParameters.text(of: $0.createdAt, $0.id)) },
    ])
  }
}
