internal import Archives
internal import Formats
internal import HTTP
internal import Inference
internal import Storage
internal import StrictJSON

extension ServiceAPI {
  /// The routes of stored volumes.
  var volumeRoutes: [Route] {
    let path = "/v1/volumes/{id}"
    return [
      route(
        .post, "/v1/volumes", .write, body: volumeUpload, isTimed: true, admitting: admitVolume,
        addVolume),
      route(.get, "/v1/volumes", .read, listVolumes), route(.get, path, .read, showVolume),
      route(.delete, path, .write, deleteVolume),
      route(.put, "\(path)/metadata", .write, body: jsonUpload, putMetadata),
      route(.get, "\(path)/embedding", .read, showEmbedding),
    ]
  }

  /// The maximum number of entries on one page of a list.
  static let pageLimit = 1000

  private func admitVolume(_ head: RequestHead) throws -> Place {
    let place = try service.takePlace(within: allowance(of: head))
    _ = try service.requireArchive()
    guard head.query.isEmpty else { throw Self.unknownParameter(known: "none") }
    return place
  }

  private func addVolume(_ call: Call, _ place: Place) async throws -> Response {
    defer { place.giveBack() }
    let archive = try service.requireArchive()
    let (file, json) = try Self.parts(of: call.request)
    try Self.requireDigest(call.request, of: file)
    let metadata = try json.map { bytes in
      try VolumeBody.metadata(
        RequestReader(parsing: bytes).object(
          optional: VolumeBody.members, nullable: VolumeBody.nullable))
    }
    let (volume, isNew) = try await service.add(
      VolumeSource(file), metadata: metadata, in: place)
    guard let kept = try await archive.record(ofVolume: volume.id) else {
      throw Problem(.notFound, "The volume was deleted as soon as it was stored.")
    }
    var response = Response.json(try body(of: kept), status: isNew ? 201 : 200)
    response.headers.set("Location", "/v1/volumes/\(volume.id)")
    response.headers.set("ETag", "\"\(volume.id)\"")
    return response
  }

  private func listVolumes(_ call: Call) async throws -> Response {
    let archive = try service.requireArchive()
    let page = try PageParameters(call.head.query, limit: Self.pageLimit, filters: [.tag])
    let model = try service.requireModel()
    let volumes = try await archive.volumes(
      after: page.cursor, limit: page.limit + 1, tag: page.tag)
    let shown = volumes.prefix(page.limit)
    let next = volumes.count > page.limit ? shown.last : nil
    return .json([
      "volumes": .array(shown.map { VolumeBody.json($0.judged(by: model.model)) }),
      "next_cursor": .optional(next) { .string(PageParameters.text(of: $0.createdAt, $0.id)) },
      "notice": .string(model.notice),
    ])
  }

  private func showVolume(_ call: Call) async throws -> Response {
    let archive = try service.requireArchive()
    guard let volume = try await archive.record(ofVolume: Self.volumeID(of: call)) else {
      throw Self.unknownVolume
    }
    let extents = try await service.sliceExtents(ofVolume: volume.id)
    let source = try await archive.store.source(ofVolume: volume.id)
    return .json(
      try body(of: volume, slices: VolumeBody.slices(extents), source: VolumeBody.source(source)))
  }

  private func deleteVolume(_ call: Call) async throws -> Response {
    _ = try service.requireArchive()
    guard try await service.eraseVolume(Self.volumeID(of: call)) else { throw Self.unknownVolume }
    return Response(status: 204)
  }

  private func putMetadata(_ call: Call) async throws -> Response {
    let archive = try service.requireArchive()
    let id = try Self.volumeID(of: call)
    let metadata = try VolumeBody.metadata(
      RequestReader(parsing: json(of: call.request)).object(
        optional: VolumeBody.members, nullable: VolumeBody.nullable))
    let isKnown = try await archive.set(metadata, ofVolume: id)
    guard isKnown, let kept = try await archive.record(ofVolume: id) else {
      throw Self.unknownVolume
    }
    return .json(try body(of: kept))
  }

  private func showEmbedding(_ call: Call) async throws -> Response {
    let archive = try service.requireArchive()
    let form = try MediaChoice.choose(
      call.head.headers["Accept"], among: [Self.json, "application/octet-stream"])
    let id = try Self.volumeID(of: call)
    guard let values = try await archive.embedding(ofVolume: id) else { throw Self.unknownVolume }
    guard form == Self.json else {
      return Response(
        status: 200, headers: ["Content-Type": form, "Vary": "Accept"],
        body: Array(littleEndian: values))
    }
    var response = Response.json([
      "volume_id": .string(id), "model_sha256": .string(archive.space.modelSHA256),
      "recipe": .string(archive.space.recipe), "embedding": .array(values.map(JSON.float)),
    ])
    response.headers.set("Vary", "Accept")
    return response
  }

  /// Returns the JSON of a volume, with the model's judgement of its domain.
  private func body(
    of volume: StoredVolume, slices: JSON? = nil, source: JSON? = nil
  ) throws -> JSON {
    let model = try service.requireModel()
    return VolumeBody.json(
      volume.judged(by: model.model), slices: slices, source: source, notice: model.notice)
  }

  static func volumeID(of call: Call) throws(Problem) -> String {
    let id = call.parameter("id")
    guard VolumeBody.isID(id) else { throw unknownVolume }
    return id
  }

  static let unknownVolume = Problem(
    .notFound, "No volume with this id is stored.",
    hint: "POST /v1/volumes returns the id: sha256- and the file's SHA-256.")

  static func unknownParameter(known: String) -> Problem {
    Problem(.unknownField, "A query parameter is unknown; allowed are \(known).").at("")
  }
}
