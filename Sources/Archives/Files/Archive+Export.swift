internal import Files
internal import Formats
internal import Glibc
internal import Search
internal import Storage
internal import StrictJSON

extension Archive {
  /// Exports all volumes of the model in use to a new folder. The export contains a JSON line for each volume, the
  /// embeddings, the patch embeddings, and the files of volumes.
  ///
  /// The list of volumes gets its final name last, so an incomplete export is never imported.
  ///
  /// - Returns: The number of exported volumes.
  /// - Throws: ``ArchiveFileError``.
  public func export(to folder: String) async throws(ArchiveFileError) -> Int {
    guard mkdir(folder, 0o700) == 0 else { throw .file(name: folder, errno: errno) }
    let count = volumes.count
    let matrices = try ArchiveMatrices(
      creating: ArchiveFile(folder: folder, name: ArchiveFiles.embeddings, isNew: true),
      rows: count, components: space.components)
    let draft = "\(ArchiveFiles.volumes).part"
    let list = try ArchiveFile(folder: folder, name: draft, isNew: true)
    var end = try Self.append(header(count), to: list, at: 0)
    var patches: ArchivePatches?
    let sources = ArchiveSources(of: folder)
    var row = 0
    var last: String?
    while row < count {
      let entries = try await batch(after: last)
      for entry in entries {
        guard row < count else { break }
        try matrices.write(entry.embedding.values, entry.embedding.searchRow, row: row)
        let place = try await export(patchesOf: entry.record.id, to: &patches, in: folder)
        let source = try await sources.write(ofVolume: entry.record.id, from: store)
        end = try Self.append(
          Self.json(entry.record, patches: place, source: source), to: list, at: end)
        row += 1
      }
      guard let next = entries.last?.record.id else { break }
      last = next
    }
    guard row == count else {
      throw .malformed(
        name: draft, line: nil, reason: "lacks volumes: the store changed during the export")
    }
    try matrices.file.synchronize()
    try patches?.finish()
    try list.synchronize()
    do throws(FileError) {
      try FileSystem.move("\(folder)/\(draft)", to: "\(folder)/\(ArchiveFiles.volumes)")
      try FileSystem.synchronize(folder)
    } catch {
      throw .file(name: ArchiveFiles.volumes, errno: error.errno)
    }
    return row
  }

  /// Exports a volume's patch embeddings, if any.
  ///
  /// - Returns: The index of the patch embeddings in their file; nil if the volume has none.
  private func export(
    patchesOf id: String, to file: inout ArchivePatches?, in folder: String
  ) async throws(ArchiveFileError) -> Int? {
    let stored: [UInt8]?
    do throws(StoreError) {
      stored = try await store.patches(ofVolume: id, space: space)?.bytes
    } catch {
      throw .store(error)
    }
    guard let stored else { return nil }
    if file == nil {
      file = try ArchivePatches(creatingIn: folder, like: stored, components: space.components)
    }
    return try file?.append(stored)
  }

  private func batch(after id: String?) async throws(ArchiveFileError) -> [VolumeEntry] {
    do throws(StoreError) {
      return try await store.entries(space: space, after: id, limit: ArchiveFiles.batch)
    } catch {
      throw .store(error)
    }
  }

  func header(_ count: Int) -> JSON {
    [
      "format": .string(ArchiveFiles.format), "model_sha256": .string(space.modelSHA256),
      "recipe": .string(space.recipe), "components": .integer(space.components),
      "volumes": .integer(count),
    ]
  }

  private static func append(_ line: JSON, to file: ArchiveFile, at end: Int)
    throws(ArchiveFileError) -> Int
  {
    let bytes = line.bytes + [UInt8(ascii: "\n")]
    try file.write(bytes, at: end)
    return end + bytes.count
  }

  private static func json(
    _ record: VolumeRecord, patches: Int?, source: ArchiveSources.Entry?
  ) -> JSON {
    let metadata = record.metadata
    let tags = metadata.tags.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    return [
      "id": .string(record.id), "created_at": .integer(record.createdAt),
      "bytes": .integer(record.byteCount), "input_digest": .string(hexadecimal(record.inputDigest)),
      "description": (try? JSON(parsing: record.document)) ?? .null,
      "name": .optional(metadata.name, JSON.string),
      "tags": .members(tags.map { ($0.key, .string($0.value)) }),
      "accession": .optional(metadata.accession, JSON.string),
      "study_uid": .optional(metadata.studyUID, JSON.string),
      "series_uid": .optional(metadata.seriesUID, JSON.string),
      "patches": .optional(patches, JSON.integer), "source": source?.json,
    ]
  }
}
