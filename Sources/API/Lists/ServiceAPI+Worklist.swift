internal import Archives
internal import HTTP
internal import Inference
internal import Storage
internal import StrictJSON

extension ServiceAPI {
  /// The maximum number of volumes on one page of the worklist. Each has a diagnosis, which must be read.
  private static let worklistLimit = 200

  func listWork(_ call: Call) async throws -> Response {
    let archive = try service.requireArchive()
    let model = try service.requireModel()
    let page = try PageParameters(
      call.head.query, limit: Self.worklistLimit, filters: [.order, .tag, .text, .volumeIDs])
    var query = WorklistQuery()
    query.order = page.order
    query.tag = page.tag
    query.text = page.text
    query.ids = page.volumeIDs
    let (rows, next) = try await archive.worklist(query, after: page.place, limit: page.limit)
    return .json([
      "volumes": .array(rows.map { Self.row($0, model) }),
      "next_cursor": .optional(next) { .string(PageParameters.text(of: $0)) },
      "notice": .string(model.notice),
    ])
  }

  private static func row(_ row: ListedVolume, _ model: LoadedModel) -> JSON {
    [
      "volume": VolumeBody.json(row.volume.judged(by: model.model)),
      "has_slices": .bool(row.hasVoxels), "diagnosis_count": .integer(row.diagnosisCount),
      "latest_diagnosis": .optional(row.latestDiagnosis) {
        entry($0, name: row.volume.metadata.name)
      },
    ]
  }
}
