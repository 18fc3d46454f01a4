internal import Archives
internal import Calibrations
internal import CheckedNumbers
internal import HTTP
internal import Inference
internal import Storage
internal import StrictJSON
internal import Volumes

extension ServiceAPI {
  /// Slices of volumes whose voxels are kept, and what findings look at in them.
  var pictureRoutes: [Route] {
    [
      Route(.get, "/v1/volumes/{id}/slices/{plane}/{index}.png", scope: .read) { request in
        await answerInTime(request) { () async throws(Problem) in
          try await showSlice(request.head, requireArchive())
        }
      },
      Route(.get, "/v1/diagnoses/{id}/heatmaps/{index}.nii.gz", scope: .read) { request in
        await answerInTime(request) { () async throws(Problem) in
          try await showHeatMap(request.head, requireArchive())
        }
      },
    ]
  }

  private func showSlice(
    _ head: RequestHead, _ archive: Archive
  ) async throws(Problem) -> Response {
    let volume = try Self.volumeID(of: head)
    let look = try SliceParameters(head.query)
    let plane = head.pathParameters["plane"].flatMap(VoxelGrid.Plane.init)
    guard let plane, let index = Self.index(of: head) else { throw Self.noSlice }
    var map: SimilarityMap?
    if let (diagnosis, finding) = look.finding {
      let found = try await maps(ofDiagnosis: diagnosis, archive)
      guard found.volume == volume else {
        throw Problem(.conflict, "The diagnosis is of another volume.").at("/diagnosis")
      }
      map = try Self.map(of: finding, in: found.maps)
    }
    let picture = try await Problem.from { [map] () async throws(InferenceError) in
      try await service.slice(index, plane, of: volume, window: look.window, over: map)
    }
    guard let picture else { throw Self.noSlice }
    return Response(
      status: 200, headers: ["Content-Type": "image/png"], body: PNG.bytes(picture))
  }

  private func showHeatMap(
    _ head: RequestHead, _ archive: Archive
  ) async throws(Problem) -> Response {
    guard head.query.isEmpty else { throw Self.unknownParameter(known: "none") }
    let record = try await diagnosis(head.pathParameters["id"] ?? "", archive)
    let findings = Self.findings(of: record.document)
    guard let index = Self.index(of: head),
      let place = findings.firstIndex(where: { $0.index == index })
    else { throw Self.noFinding }
    let file = try await Problem.from { () async throws(InferenceError) in
      try await service.heatMap(
        of: place, among: findings.map(\.texts), volume: record.volumeID)
    }
    guard let file else { throw Self.noFinding }
    return Response(
      status: 200,
      headers: [
        "Content-Type": "application/gzip",
        "Content-Disposition": "attachment; filename=\"heatmap-\(index).nii.gz\"",
      ], body: file)
  }

  /// The maps of all findings of a diagnosis by the place of their prompts: who looks at one soon looks at the others.
  private func maps(
    ofDiagnosis id: String, _ archive: Archive
  ) async throws(Problem) -> (volume: String, maps: [Int: SimilarityMap]) {
    let record = try await diagnosis(id, archive)
    let findings = Self.findings(of: record.document)
    let maps = try await Problem.from { () async throws(InferenceError) in
      try await service.similarityMaps(of: record.volumeID, findings: findings.map(\.texts))
    }
    return (
      record.volumeID, Dictionary(zip(findings.map(\.index), maps)) { first, _ in first }
    )
  }

  /// Place and sentences of each finding of a kept answer.
  private static func findings(of document: [UInt8]) -> [(index: Int, texts: [String])] {
    ((try? JSON(parsing: document))?["findings"]?.array ?? []).compactMap { finding in
      guard let index = finding["index"]?.integer(in: 0...KeptFinding.indexLimit) else {
        return nil
      }
      if let text = finding["text"]?.text { return (index, [text]) }
      return finding["texts"]?.array.map { (index, $0.compactMap(\.text)) }
    }
  }

  private static func map(
    of finding: Int, in maps: [Int: SimilarityMap]
  ) throws(Problem) -> SimilarityMap {
    guard let map = maps[finding] else { throw noFinding }
    return map
  }

  /// The last part of the path as a number.
  private static func index(of head: RequestHead) -> Int? {
    head.pathParameters["index"].flatMap { Int(digits: $0, in: 0...KeptFinding.indexLimit) }
  }

  private static let noSlice = Problem(
    .notFound, "The volume has no such slice.",
    hint: "GET /v1/volumes/{id} gives the number of slices of each plane.")
  private static let noFinding = Problem(
    .notFound, "The diagnosis has no finding with this index.",
    hint: "The index is the member “index” of a finding, not its rank.")
}

/// `window`, `diagnosis` and `finding` of a slice.
private struct SliceParameters {
  private(set) var window = DisplayWindow.lung
  /// A diagnosis and the index of one of its findings.
  private(set) var finding: (diagnosis: String, index: Int)?

  init(_ query: [QueryItem]) throws(Problem) {
    var values: [String: String] = [:]
    for item in query {
      guard ["window", "diagnosis", "finding"].contains(item.name) else {
        throw ServiceAPI.unknownParameter(known: "window, diagnosis, finding")
      }
      guard values.updateValue(item.value, forKey: item.name) == nil else {
        throw Problem(.duplicateField, "A query parameter came twice.").at("")
      }
    }
    if let text = values["window"] {
      guard let window = DisplayWindow(rawValue: text) else {
        let known = DisplayWindow.allCases.map(\.rawValue).joined(separator: ", ")
        throw Problem.wrongKind("/window", "one of \(known)")
      }
      self.window = window
    }
    switch (values["diagnosis"], values["finding"]) {
    case (nil, nil): break
    case (let diagnosis?, let text?):
      guard let index = Int(digits: text, in: 0...KeptFinding.indexLimit) else {
        throw Problem.wrongKind("/finding", "the index of a finding")
      }
      finding = (diagnosis, index)
    default: throw Problem.wrongKind("/finding", "given together with diagnosis")
    }
  }
}
