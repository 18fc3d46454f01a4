internal import Archives
internal import Formats
internal import HTTP
internal import Inference
internal import Storage
internal import StrictJSON

extension ServiceAPI {
  /// The volumes that are kept.
  var volumeRoutes: [Route] {
    let path = "/v1/volumes/{id}"
    return [
      Route(
        .post, "/v1/volumes", scope: .write, body: .upload(volumeUpload),
        admission: { head in refuseEarlyWithoutPrompts(head) }
      ) { request in
        await answerInTime(request) { () async throws(Problem) in
          try await addVolume(request, requireArchive())
        }
      },
      Route(.get, "/v1/volumes", scope: .read) { request in
        await answerFromArchive(request) { (archive) async throws(Problem) in
          try await listVolumes(request.head, archive)
        }
      },
      Route(.get, path, scope: .read) { request in
        await answerFromArchive(request) { (archive) async throws(Problem) in
          try await showVolume(request.head, archive)
        }
      },
      Route(.delete, path, scope: .write) { request in
        await answerFromArchive(request) { (archive) async throws(Problem) in
          try await deleteVolume(request.head, archive)
        }
      },
      Route(.put, "\(path)/metadata", scope: .write, body: .upload(jsonUpload)) { request in
        await answerFromArchive(request) { (archive) async throws(Problem) in
          try await putMetadata(request, archive)
        }
      },
      Route(.get, "\(path)/embedding", scope: .read) { request in
        await answerFromArchive(request) { (archive) async throws(Problem) in
          try await showEmbedding(request.head, archive)
        }
      },
    ]
  }

  /// Volumes of one page at most.
  static let pageLimit = 1000

  private func refuseEarlyWithoutPrompts(_ head: RequestHead) -> Response? {
    do throws(Problem) {
      try Problem.from { () throws(InferenceError) in
        try service.requireCapacity(within: allowance(of: head))
        _ = try service.requireArchive()
      }
      guard head.query.isEmpty else { throw Self.unknownParameter(known: "none") }
      return nil
    } catch {
      return error.response(requestID: head.id)
    }
  }

  private func addVolume(_ request: Request, _ archive: Archive) async throws(Problem) -> Response {
    let (file, json) = try Self.parts(of: request)
    try Self.requireDigest(request, of: file)
    let metadata = try json.map { (bytes) throws(Problem) in
      try VolumeBody.metadata(
        RequestReader(parsing: bytes).object(
          optional: VolumeBody.members, nullable: VolumeBody.nullable))
    }
    let (volume, isNew) = try await Problem.from { () async throws(InferenceError) in
      try await service.add(VolumeSource(file), metadata: metadata)
    }
    guard let kept = try await kept(volume.id, archive) else {
      throw Problem(.notFound, "The volume was deleted as soon as it was stored.")
    }
    var response = Response.json(try body(of: kept), status: isNew ? 201 : 200)
    response.headers.set("Location", "/v1/volumes/\(volume.id)")
    response.headers.set("ETag", "\"\(volume.id)\"")
    return response
  }

  private func listVolumes(_ head: RequestHead, _ archive: Archive) async throws(Problem)
    -> Response
  {
    let page = try PageParameters(head.query, limit: Self.pageLimit)
    let model = try requireModel()
    let volumes = try await Problem.from { () async throws(StoreError) in
      try await archive.volumes(after: page.cursor, limit: page.limit + 1, tag: page.tag)
    }
    let shown = volumes.prefix(page.limit)
    let next = volumes.count > page.limit ? shown.last : nil
    return .json([
      "volumes": .array(shown.map { VolumeBody.json($0.judged(by: model.model)) }),
      "next_cursor": .optional(next) { .string(PageParameters.text(of: $0.createdAt, $0.id)) },
      "notice": .string(model.notice),
    ])
  }

  private func showVolume(
    _ head: RequestHead, _ archive: Archive
  ) async throws(Problem) -> Response {
    let volume = try await volume(head, archive)
    let extents = try await Problem.from { () async throws(InferenceError) in
      try await service.sliceExtents(ofVolume: volume.id)
    }
    return .json(try body(of: volume, slices: VolumeBody.slices(extents)))
  }

  private func deleteVolume(
    _ head: RequestHead, _ archive: Archive
  ) async throws(Problem) -> Response {
    let id = try Self.volumeID(of: head)
    let isGone = try await Problem.from { () async throws(InferenceError) in
      try await service.eraseVolume(id)
    }
    guard isGone else { throw Self.unknownVolume }
    return Response(status: 204)
  }

  private func putMetadata(
    _ request: Request, _ archive: Archive
  ) async throws(Problem) -> Response {
    let id = try Self.volumeID(of: request.head)
    let metadata = try VolumeBody.metadata(
      RequestReader(parsing: json(of: request)).object(
        optional: VolumeBody.members, nullable: VolumeBody.nullable))
    let isKnown = try await Problem.from { () async throws(StoreError) in
      try await archive.set(metadata, ofVolume: id)
    }
    guard isKnown, let kept = try await kept(id, archive) else { throw Self.unknownVolume }
    return .json(try body(of: kept))
  }

  private func showEmbedding(
    _ head: RequestHead, _ archive: Archive
  ) async throws(Problem) -> Response {
    let form = try MediaChoice.choose(
      head.headers["Accept"], among: [Self.json, "application/octet-stream"])
    let id = try Self.volumeID(of: head)
    let values = try await Problem.from { () async throws(StoreError) in
      try await archive.embedding(ofVolume: id)
    }
    guard let values else { throw Self.unknownVolume }
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

  /// A volume with what the model in use says of it.
  private func body(of volume: StoredVolume, slices: JSON? = nil) throws(Problem) -> JSON {
    let model = try requireModel()
    return VolumeBody.json(volume.judged(by: model.model), slices: slices, notice: model.notice)
  }

  private func volume(_ head: RequestHead, _ archive: Archive) async throws(Problem) -> StoredVolume
  {
    guard let kept = try await kept(try Self.volumeID(of: head), archive) else {
      throw Self.unknownVolume
    }
    return kept
  }

  private func kept(_ id: String, _ archive: Archive) async throws(Problem) -> StoredVolume? {
    try await Problem.from { () async throws(StoreError) in
      try await archive.record(ofVolume: id)
    }
  }

  static func volumeID(of head: RequestHead) throws(Problem) -> String {
    let id = head.pathParameters["id"] ?? ""
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
