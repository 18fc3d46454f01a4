internal import Archives
internal import CheckedNumbers
internal import Diagnoses
internal import HTTP
internal import Inference
internal import Storage
internal import StrictJSON
internal import Volumes

extension ServiceAPI {
  /// The routes for slices of volumes with stored voxels, and for heat maps of findings.
  var pictureRoutes: [Route] {
    let maps = "/v1/diagnoses/{id}/heatmaps"
    return [
      route(
        .get, "/v1/volumes/{id}/slices/{plane}/{index}.png", .read, isTimed: true, showSlice),
      route(.get, "/v1/volumes/{id}/thumbnail.png", .read, isTimed: true, showThumbnail),
      route(.get, "\(maps)/{index}.nii.gz", .read, isTimed: true, showHeatMap),
      route(
        .post, "/v1/heatmaps", .infer, body: volumeUpload, isTimed: true, admitting: admitHeatMap,
        makeHeatMap),
    ]
  }

  /// Reserves a place in the queue, and reads the prompt from the request's head.
  ///
  /// - Returns: No parameters if the head names a prompt set that another process may just have stored.
  private func admitHeatMap(_ head: RequestHead) throws -> (DiagnosisParameters?, Place) {
    let place = try service.takePlace(within: allowance(of: head))
    do {
      return (try DiagnosisParameters(query: head.query, prompts: service.promptReading()), place)
    } catch {
      guard service.isFollowing, Self.namesNothingKnown(error) else { throw error }
      return (nil, place)
    }
  }

  /// Makes a map over an uploaded volume. Nothing is stored, so this works for every upload.
  private func makeHeatMap(
    _ call: Call, _ admitted: (parameters: DiagnosisParameters?, place: Place)
  ) async throws -> Response {
    defer { admitted.place.giveBack() }
    let (upload, json) = try Self.parts(of: call.request)
    try Self.requireDigest(call.request, of: upload)
    // Waits for the newest prompt sets if other processes may change them.
    if service.isFollowing { await service.refresh() }
    let known = service.isFollowing ? nil : admitted.parameters
    var parameters =
      try known ?? DiagnosisParameters(query: call.head.query, prompts: service.promptReading())
    if let json {
      try parameters.add(json: json, namesVolume: false, prompts: service.promptReading())
    }
    guard parameters.prompts.count == 1 else {
      throw Problem(
        .invalidValue, "A heat map shows one finding, but the request names more or none.",
        limit: .integer(1), actual: .integer(parameters.prompts.count),
        hint: "Send one prompt. A request for each finding gives all maps."
      ).at("/prompts")
    }
    let file = try await service.heatMap(
      of: try admit(parameters), over: VolumeSource(upload), in: admitted.place)
    return Self.compressed(file, name: "heatmap")
  }

  /// Makes the response with a compressed NIfTI file.
  static func compressed(_ file: [UInt8], name: String) -> Response {
    Response(
      status: 200,
      headers: [
        "Content-Type": "application/gzip",
        "Content-Disposition": "attachment; filename=\"\(name).nii.gz\"",
      ], body: file)
  }

  private func showSlice(_ call: Call) async throws -> Response {
    let archive = try service.requireArchive()
    let volume = try Self.volumeID(of: call)
    let look = try SliceParameters(call.head.query)
    let plane = VoxelGrid.Plane(rawValue: call.parameter("plane"))
    guard let plane, let index = Self.index(of: call) else { throw Self.noSlice }
    var map: SimilarityMap?
    if let (diagnosis, finding) = look.finding {
      let found = try await maps(ofDiagnosis: diagnosis, archive)
      guard found.volume == volume else {
        throw Problem(.conflict, "The diagnosis belongs to another volume.").at("/diagnosis")
      }
      guard let ofFinding = found.maps[finding] else { throw Self.noFinding }
      map = ofFinding
    }
    let picture = try await service.slice(
      index, plane, of: volume, window: look.window, over: map)
    guard let picture else { throw Self.noSlice }
    return Response(
      status: 200, headers: ["Content-Type": "image/png"], body: picture.png)
  }

  private func showThumbnail(_ call: Call) async throws -> Response {
    let archive = try service.requireArchive()
    let volume = try Self.volumeID(of: call)
    let look = try SliceParameters(call.head.query, allowsWindow: false)
    var picture: [UInt8]?
    if let (id, finding) = look.finding {
      let record = try await diagnosis(id, archive)
      guard record.volumeID == volume else {
        throw Problem(.conflict, "The diagnosis belongs to another volume.").at("/diagnosis")
      }
      let findings = try DiagnosisForm.diagnosis(in: record.document).findings
      if let place = findings.firstIndex(where: { $0.index == finding }) {
        picture = try await service.keySlice(
          of: place, among: findings.map(\.texts), volume: volume)
      }
      guard picture != nil else { throw Self.noFinding }
    }
    let bytes: [UInt8]
    if let picture {
      bytes = picture
    } else {
      bytes = try await service.thumbnail(ofVolume: volume)
    }
    return Response(status: 200, headers: ["Content-Type": "image/png"], body: bytes)
  }

  private func showHeatMap(_ call: Call) async throws -> Response {
    let archive = try service.requireArchive()
    guard call.head.query.isEmpty else { throw Self.unknownParameter(known: "none") }
    let record = try await diagnosis(call.parameter("id"), archive)
    let findings = try DiagnosisForm.diagnosis(in: record.document).findings
    guard let index = Self.index(of: call),
      let place = findings.firstIndex(where: { $0.index == index })
    else { throw Self.noFinding }
    let file = try await service.heatMap(
      of: place, among: findings.map(\.texts), volume: record.volumeID)
    guard let file else { throw Self.noFinding }
    return Self.compressed(file, name: "heatmap-\(index)")
  }

  /// Returns the maps of all findings of a diagnosis, by prompt index. All maps are computed together, because a client
  /// that views one usually views the others soon.
  private func maps(
    ofDiagnosis id: String, _ archive: Archive
  ) async throws -> (volume: String, maps: [Int: SimilarityMap]) {
    let record = try await diagnosis(id, archive)
    let findings = try DiagnosisForm.diagnosis(in: record.document).findings
    let maps = try await service.similarityMaps(
      of: record.volumeID, findings: findings.map(\.texts))
    return (
      record.volumeID, Dictionary(zip(findings.map(\.index), maps)) { first, _ in first }
    )
  }

  /// Returns the path parameter `index` as a number; nil if it is not one.
  private static func index(of call: Call) -> Int? {
    Int(digits: call.parameter("index"), in: 0...StoredFinding.indexLimit)
  }

  private static let noSlice = Problem(
    .notFound, "The volume has no such slice.",
    hint: "GET /v1/volumes/{id} gives the number of slices of each plane.")
  private static let noFinding = Problem(
    .notFound, "The diagnosis has no finding with this index.",
    hint: "The index is the member “index” of a finding, not its rank.")
}

/// The query parameters of a slice: `window`, `diagnosis` and `finding`.
private struct SliceParameters {
  private(set) var window = DisplayWindow.lung
  /// A diagnosis and the index of one of its findings; nil to show the slice without a heat map.
  private(set) var finding: (diagnosis: String, index: Int)?

  init(_ query: [QueryItem], allowsWindow: Bool = true) throws(Problem) {
    var values: [String: String] = [:]
    let known = (allowsWindow ? ["window"] : []) + ["diagnosis", "finding"]
    for item in query {
      guard known.contains(item.name) else {
        throw ServiceAPI.unknownParameter(known: known.joined(separator: ", "))
      }
      guard values.updateValue(item.value, forKey: item.name) == nil else {
        throw Problem(.duplicateField, "A query parameter occurs twice.").at("")
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
      guard let index = Int(digits: text, in: 0...StoredFinding.indexLimit) else {
        throw Problem.wrongKind("/finding", "the index of a finding")
      }
      finding = (diagnosis, index)
    default: throw Problem.wrongKind("/finding", "given together with diagnosis")
    }
  }
}
