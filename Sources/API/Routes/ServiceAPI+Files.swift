internal import Archives
internal import HTTP
internal import Inference
internal import Storage
internal import StrictJSON

extension ServiceAPI {
  /// The routes of volumes as NIfTI files.
  var fileRoutes: [Route] {
    let path = "/v1/volumes/{id}"
    return [
      route(
        .post, "/v1/nifti", .infer, body: volumeUpload, isTimed: true, admitting: admitConversion,
        convert),
      route(.get, "\(path)/source", .read, isTimed: true, showSource),
      route(.get, "\(path)/grid.nii.gz", .read, isTimed: true, showGrid),
    ]
  }

  private func admitConversion(_ head: RequestHead) throws -> Place {
    guard head.query.isEmpty else { throw Self.unknownParameter(known: "none") }
    return try service.takePlace(within: allowance(of: head))
  }

  /// Makes a NIfTI file of an upload. Nothing is stored.
  private func convert(_ call: Call, _ place: Place) async throws -> Response {
    defer { place.giveBack() }
    let (upload, json) = try Self.parts(of: call.request)
    guard json == nil else { throw HTTPError.unknownField }
    try Self.requireDigest(call.request, of: upload)
    let file = try await service.file(of: VolumeSource(upload), in: place)
    // An upload is counted in the spool already.
    let hold = file.isConverted ? try SpoolHold(file.byteCount, in: requireSpool()) : nil
    return Self.response(
      ResponseFile(
        fileDescriptor: file.fileDescriptor, offset: file.offset, byteCount: file.byteCount,
        owner: Owners(file: file.owner, hold: hold)),
      name: "volume", isCompressed: file.isCompressed)
  }

  /// Returns the space for files that are sent.
  private func requireSpool() throws(HTTPError) -> SpoolSpace {
    guard let spool = readiness.spool else { throw .storageFull }
    return spool
  }

  /// Keeps a file open and its space counted.
  private struct Owners: Sendable {
    let file: any Sendable
    let hold: SpoolHold?
  }

  /// Copies the stored file to the spool before it is sent, so that a damaged or deleted part is found in time.
  private func showSource(_ call: Call) async throws -> Response {
    let archive = try service.requireArchive()
    guard call.head.query.isEmpty else { throw Self.unknownParameter(known: "none") }
    let id = try Self.volumeID(of: call)
    guard let stored = try await archive.store.source(ofVolume: id) else {
      guard try await archive.record(ofVolume: id) != nil else { throw Self.unknownVolume }
      throw Self.noSource
    }
    let tag = "\"\(id)-\(stored.byteCount)-\(String(stored.checksum, radix: 16))\""
    if PageFile.names(call.head.headers.values("If-None-Match")).contains(where: {
      $0 == tag || $0 == "*"
    }) {
      return Response(status: 304, headers: ["ETag": tag])
    }
    let copy = try ResponseCopy(in: requireSpool(), byteCount: stored.byteCount)
    var start: [UInt8] = []
    let isWhole = try await archive.store.readSource(ofVolume: id) { piece in
      if start.isEmpty { start = Array(piece.prefix(2)) }
      try await copy.append(piece)
    }
    let file = try copy.finish()
    guard isWhole, file.byteCount == stored.byteCount else { throw Self.noSource }
    var response = Self.response(file, name: id, isCompressed: start == [0x1f, 0x8b])
    response.headers.set("ETag", tag)
    return response
  }

  private func showGrid(_ call: Call) async throws -> Response {
    _ = try service.requireArchive()
    guard call.head.query.isEmpty else { throw Self.unknownParameter(known: "none") }
    let file = try await service.gridFile(ofVolume: try Self.volumeID(of: call))
    return Self.compressed(file, name: "grid")
  }

  private static func response(_ file: ResponseFile, name: String, isCompressed: Bool) -> Response {
    Response(
      status: 200,
      headers: [
        "Content-Type": isCompressed ? "application/gzip" : "application/x-nifti",
        "Content-Disposition":
          "attachment; filename=\"\(name).nii\(isCompressed ? ".gz" : "")\"",
      ], file: file)
  }

  private static let noSource = Problem(
    .notFound, "The file of this volume is not stored.",
    hint:
      "The service stores files if the operator chooses --persist source. Then post the volume again."
  )
}
