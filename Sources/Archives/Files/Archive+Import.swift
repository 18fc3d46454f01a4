internal import Embeddings
internal import Files
internal import Formats
internal import Search
internal import Storage
internal import StrictJSON

extension Archive {
  /// Imports the volumes of an exported archive. Volumes that are already stored retain their creation time and
  /// metadata.
  ///
  /// Each batch is added completely or not at all. After a failure, the same import can be repeated.
  ///
  /// - Returns: The number of volumes in the exported archive, and how many of them are new.
  /// - Throws: ``ArchiveFileError``.
  public func importArchive(
    from folder: String
  ) async throws(ArchiveFileError) -> (all: Int, new: Int) {
    let list = try ArchiveFile(folder: folder, name: ArchiveFiles.volumes, isNew: false)
    var lines = ArchiveLines(list)
    let count = try volumeCount(inHeader: lines.next())
    let matrices = try ArchiveMatrices(
      opening: ArchiveFile(folder: folder, name: ArchiveFiles.embeddings, isNew: false),
      rows: count, components: space.components)
    let sources = ArchiveSources(of: folder)
    let patches = try ArchivePatches(openingIn: folder, components: space.components)
    var (row, new) = (0, 0)
    while row < count {
      var batch: [VolumeEntry] = []
      var places: [(digest: [UInt8], place: Int)] = []
      var files: [(id: String, entry: ArchiveSources.Entry)] = []
      while batch.count < ArchiveFiles.batch, row < count {
        let json = try lines.next()
        let entry = try Self.entry(json, line: lines.number, matrices, row: row)
        batch.append(entry)
        let place = try Self.patches(json, line: lines.number, count: patches?.count ?? 0)
        if let place { places.append((entry.record.inputDigest, place)) }
        if let file = try Self.source(json, line: lines.number) {
          files.append((entry.record.id, file))
        }
        row += 1
      }
      // Check that the file ends here before adding the last batch.
      if row == count { try Self.requireEnd(of: &lines) }
      new += try await add(batch)
      if let patches {
        for (digest, place) in places { try await add(patches.read(place), ofInput: digest) }
      }
      for (id, entry) in files { try await sources.read(entry, ofVolume: id, into: store) }
    }
    if count == 0 { try Self.requireEnd(of: &lines) }
    return (row, new)
  }

  private static func requireEnd(of lines: inout ArchiveLines) throws(ArchiveFileError) {
    guard try lines.next() == nil else {
      throw malformed(lines.number, "is one line too many")
    }
  }

  private func add(_ batch: [VolumeEntry]) async throws(ArchiveFileError) -> Int {
    do throws(StoreError) {
      return try await store.addVolumes(batch, space: space) { [volumes] metadata in
        for (entry, metadata) in zip(batch, metadata) {
          entry.embedding.searchRow.withUnsafeBufferPointer {
            volumes.put(SearchEntry(id: entry.record.id, metadata), row: $0)
          }
        }
      }
    } catch {
      throw .store(error)
    }
  }

  private func add(
    _ patches: [UInt8], ofInput digest: [UInt8]
  ) async throws(ArchiveFileError) {
    do throws(StoreError) {
      try await store.addPatches(patches, ofInput: digest, space: space)
    } catch {
      throw .store(error)
    }
  }

  private func volumeCount(inHeader line: JSON?) throws(ArchiveFileError) -> Int {
    guard let object = line?.object,
      let count = object["volumes"]?.integer(in: 0...ArchiveFiles.volumeLimit),
      object["format"]?.text == ArchiveFiles.format
    else { throw Self.malformed(1, "is not the header of an archive") }
    guard object["model_sha256"]?.text == space.modelSHA256,
      object["recipe"]?.text == space.recipe,
      object["components"]?.integer(in: 1...ArchiveFiles.componentLimit) == space.components
    else { throw .otherModel }
    return count
  }

  private static func entry(
    _ json: JSON?, line: Int, _ matrices: ArchiveMatrices, row: Int
  ) throws(ArchiveFileError) -> VolumeEntry {
    guard let object = json?.object, let id = object["id"]?.text, isID(id),
      let created = object["created_at"]?.integer(in: ArchiveFiles.times),
      let bytes = object["bytes"]?.integer(in: 0...JSONNumber.exactIntegers.upperBound),
      let digest = object["input_digest"]?.text.flatMap(digest),
      let description = object["description"],
      VolumeDescription(document: description.bytes) != nil,
      let tags = object["tags"]?.object, tags.members.allSatisfy({ $0.value.text != nil })
    else { throw malformed(line, "does not describe a volume") }
    let (values, searchRow) = try matrices.read(row: row)
    let length = searchRow.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    guard Embedding(values) != nil, length > 0, length <= 1.0001 else {
      throw malformed(line, "has an impossible embedding")
    }
    let record = VolumeRecord(
      id: id, createdAt: created, byteCount: bytes, inputDigest: digest,
      document: description.bytes,
      metadata: VolumeMetadata(
        name: object["name"]?.text,
        tags: Dictionary(tags.members.map { ($0.key, $0.value.text ?? "") }) { $1 },
        accession: object["accession"]?.text, studyUID: object["study_uid"]?.text,
        seriesUID: object["series_uid"]?.text))
    return VolumeEntry(
      record: record, embedding: VolumeEmbedding(values: values, searchRow: searchRow))
  }

  /// Returns the index of a volume's patch embeddings, which must be below `count`; nil if the volume has none.
  private static func patches(
    _ json: JSON?, line: Int, count: Int
  ) throws(ArchiveFileError) -> Int? {
    guard let member = json?["patches"], member != .null else { return nil }
    guard count > 0, let place = member.integer(in: 0...(count - 1)) else {
      throw malformed(line, "names patch embeddings that \(ArchiveFiles.patches) does not have")
    }
    return place
  }

  /// Returns what a line says about the file of its volume; nil if it has none.
  private static func source(
    _ json: JSON?, line: Int
  ) throws(ArchiveFileError) -> ArchiveSources.Entry? {
    guard let member = json?["source"], member != .null else { return nil }
    guard let entry = ArchiveSources.Entry(member) else {
      throw malformed(line, "does not describe the file of a volume")
    }
    return entry
  }

  private static func isID(_ id: String) -> Bool {
    id.hasPrefix("sha256-") && digest(String(id.dropFirst(7))) != nil
  }

  /// Parses 64 lower-case hexadecimal digits as 32 bytes; nil for any other text.
  private static func digest(_ text: String) -> [UInt8]? {
    // Ids with capital letters are refused, because no request could refer to them.
    guard !text.utf8.contains(where: { (UInt8(ascii: "A")...UInt8(ascii: "F")).contains($0) })
    else { return nil }
    return text.utf8.count == 64 ? Array(hexadecimal: text) : nil
  }

  private static func malformed(_ line: Int, _ reason: String) -> ArchiveFileError {
    .malformed(name: ArchiveFiles.volumes, line: line, reason: reason)
  }
}

/// The lines of a file, each parsed as JSON.
struct ArchiveLines {
  private let name: String
  private var lines: FileLines
  /// The number of the last line that was read, from 1.
  private(set) var number = 0

  /// The maximum size of a line in bytes. The line of a volume is always shorter.
  private static let lineLimit = 1 << 20

  init(_ file: ArchiveFile) {
    name = file.name
    lines = file.lines(limit: Self.lineLimit)
  }

  /// Returns the next line; nil at the end.
  mutating func next() throws(ArchiveFileError) -> JSON? {
    let line: (bytes: ArraySlice<UInt8>, isWhole: Bool)?
    do throws(FileError) {
      line = try lines.next()
    } catch {
      throw .file(name: name, errno: error.errno)
    }
    guard let line else { return nil }
    number += 1
    guard line.isWhole else {
      let isLong = line.bytes.count > Self.lineLimit
      throw .malformed(name: name, line: number, reason: isLong ? "is too long" : "has no end")
    }
    guard let json = try? JSON(parsing: Array(line.bytes)) else {
      throw .malformed(name: name, line: number, reason: "is not JSON")
    }
    return json
  }
}
