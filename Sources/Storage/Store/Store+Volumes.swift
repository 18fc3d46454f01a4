import GRDB

extension Store {
  /// Adds a volume and its embedding. A volume that is known keeps its time and metadata, and an embedding that is
  /// known is kept. Where a known volume comes with another input, because the recipe has changed, it takes the
  /// new input and document, and embeddings of an input that no volume has any more go.
  ///
  /// - Parameters:
  ///   - updatesDocument: Whether a known volume takes the document, because it was measured again.
  ///   - committed: Called with the volume's metadata once it is kept and before the next change is made.
  /// - Returns: Whether the volume is new.
  /// - Throws: ``StoreError/unfit``, ``StoreError/busy``, ``StoreError/full``, ``StoreError/corrupt``,
  ///   ``StoreError/closed`` or ``StoreError/failed(code:)``, like all functions that write.
  public func addVolume(
    _ record: VolumeRecord, embedding: VolumeEmbedding, voxels: [UInt8]? = nil,
    space: EmbeddingSpace, updatesDocument: Bool = false,
    committed: @escaping @Sendable (VolumeMetadata) -> Void = { _ in }
  ) async throws(StoreError) -> Bool {
    let entry = VolumeEntry(record: record, embedding: embedding, voxels: voxels)
    return try await addVolumes([entry], space: space, updatesDocuments: updatesDocument) {
      committed($0[0])
    } == 1
  }

  /// Adds many volumes in one transaction: all or none. A thousand at a time is quick.
  ///
  /// - Parameters:
  ///   - updatesDocuments: Whether known volumes take the documents.
  ///   - committed: Called with the metadata of each volume once all are kept and before the next change is made: a known
  ///     volume has its own.
  /// - Returns: How many of the volumes are new.
  @discardableResult
  public func addVolumes(
    _ entries: [VolumeEntry], space: EmbeddingSpace, updatesDocuments: Bool = false,
    committed: @escaping @Sendable ([VolumeMetadata]) -> Void = { _ in }
  ) async throws(StoreError) -> Int {
    guard entries.allSatisfy({ $0.fits(space) }) else { throw .unfit }
    let outcome = try await writing(committed: { committed($0.metadata) }) { database, findings in
      let number = try SpaceTable.add(space, to: database)
      let spaces = [number: space]
      var outcome = (added: 0, metadata: [VolumeMetadata]())
      for entry in entries {
        let known = try Self.add(
          entry.record, updatesDocument: updatesDocuments, to: database, &findings)
        if known == nil { outcome.added += 1 }
        outcome.metadata.append(known?.metadata ?? entry.record.metadata)
        let embedding = EmbeddingTable.Entry(
          space: space, inputDigest: entry.record.inputDigest, embedding: entry.embedding)
        try Self.add(embedding, spaces: spaces, to: database, &findings)
        if let bytes = entry.voxels {
          try VoxelTable.insert(
            VoxelTable.Entry(inputDigest: entry.record.inputDigest, bytes: bytes), in: database)
        }
      }
      return outcome
    }
    return outcome.added
  }

  /// A volume, with its embedding in `space` if there is one.
  public func volume(id: String, space: EmbeddingSpace) async throws(StoreError)
    -> (record: VolumeRecord, embedding: VolumeEmbedding?)?
  {
    try await reading { database, findings in
      guard let (_, record) = try Self.volume(id: id, in: database, &findings) else { return nil }
      let embedding = try Self.embedding(
        inputDigest: record.inputDigest, space: space, in: database, &findings)
      return (record, embedding)
    }
  }

  /// The embedding of a model's input, whichever volume it came from.
  public func embedding(inputDigest: [UInt8], space: EmbeddingSpace) async throws(StoreError)
    -> VolumeEmbedding?
  {
    try await reading { database, findings in
      try Self.embedding(inputDigest: inputDigest, space: space, in: database, &findings)
    }
  }

  /// ``embedding(inputDigest:space:)`` on the caller's thread, for callers that must wait for it anyway.
  public func embeddingNow(inputDigest: [UInt8], space: EmbeddingSpace) throws(StoreError)
    -> VolumeEmbedding?
  {
    try readingNow { database, findings in
      try Self.embedding(inputDigest: inputDigest, space: space, in: database, &findings)
    }
  }

  /// The documents of all volumes with a model's input, on the caller's thread.
  public func documentsNow(inputDigest: [UInt8]) throws(StoreError) -> [[UInt8]] {
    try readingNow { database, findings in
      var documents: [[UInt8]] = []
      try database.forEachRow(
        "SELECT \(VolumeTable.columns) WHERE input_digest = ?", [.bytes(inputDigest)]
      ) { row in
        if let record = VolumeTable.record(row) {
          documents.append(record.document)
        } else {
          findings.note(row, in: .volume)
        }
        return true
      }
      return documents
    }
  }

  /// Replaces a volume's metadata.
  ///
  /// - Parameter committed: Called once the metadata is kept and before the next change is made; not for an unknown
  ///   volume.
  /// - Returns: Whether there is such a volume.
  public func setMetadata(
    _ metadata: VolumeMetadata, ofVolume id: String,
    committed: @escaping @Sendable () -> Void = {}
  ) async throws(StoreError) -> Bool {
    try await writing(committed: { if $0 { committed() } }) { database, findings in
      guard let (number, _) = try Self.volume(id: id, in: database, &findings) else { return false }
      try VolumeTable.replaceMetadata(of: number, id: id, by: metadata, in: database)
      return true
    }
  }

  /// How many volumes there are.
  public func countVolumes() async throws(StoreError) -> Int {
    try await reading(Self.countVolumes)
  }

  /// ``countVolumes()`` on the caller's thread.
  public func countVolumesNow() throws(StoreError) -> Int { try readingNow(Self.countVolumes) }

  @Sendable private static func countVolumes(
    in database: Database, _ findings: inout Findings
  ) throws -> Int {
    try database.firstRow("SELECT count(*) FROM volume") { $0.integer(0) ?? 0 } ?? 0
  }

  /// The volume with an id and its number; a wrong one is noted and not found.
  static func volume(id: String, in database: Database, _ findings: inout Findings) throws
    -> (number: Int, record: VolumeRecord)?
  {
    try database.firstRow("SELECT \(VolumeTable.columns) WHERE id = ?", [.text(id)]) { row in
      guard let number = row.integer(0), let record = VolumeTable.record(row) else {
        findings.note(row, in: .volume)
        return nil
      }
      return (number, record)
    } ?? nil
  }

  /// The embedding of an input; a wrong one is noted and not found.
  static func embedding(
    inputDigest: [UInt8], space: EmbeddingSpace, in database: Database,
    _ findings: inout Findings
  ) throws -> VolumeEmbedding? {
    guard let number = try SpaceTable.number(of: space, in: database) else { return nil }
    let spaces = [number: space]
    return try database.firstRow(
      "SELECT \(EmbeddingTable.columns) WHERE space = ? AND input_digest = ?",
      [.integer(number), .bytes(inputDigest)]
    ) { row in
      switch EmbeddingTable.content(row, spaces: spaces) {
      case .whole(let entry): return entry.embedding
      case .bare(_, isMissing: true): break
      case .bare, .wrong: findings.note(row, in: .embedding)
      }
      return nil
    } ?? nil
  }

  /// - Returns: The volume as it was known, or nil if it is new.
  private static func add(
    _ record: VolumeRecord, updatesDocument: Bool, to database: Database,
    _ findings: inout Findings
  ) throws -> VolumeRecord? {
    guard let known = try volume(id: record.id, in: database, &findings) else {
      try setAsideNow(&findings, in: database)
      try VolumeTable.insert(record, in: database)
      return nil
    }
    let hasNewInput = known.record.inputDigest != record.inputDigest
    let hasNewDocument = updatesDocument && known.record.document != record.document
    guard hasNewInput || hasNewDocument else { return known.record }
    var changed = record
    changed.createdAt = known.record.createdAt
    changed.byteCount = known.record.byteCount
    try VolumeTable.replaceInput(of: known.number, by: changed, in: database)
    guard hasNewInput else { return known.record }
    try EmbeddingTable.deleteUnshared(inputDigest: known.record.inputDigest, in: database)
    try VoxelTable.deleteUnshared(inputDigest: known.record.inputDigest, in: database)
    return known.record
  }

  private static func add(
    _ entry: EmbeddingTable.Entry, spaces: [Int: EmbeddingSpace], to database: Database,
    _ findings: inout Findings
  ) throws {
    let known = try embedding(
      inputDigest: entry.inputDigest, space: entry.space, in: database, &findings)
    guard known == nil else { return }
    try setAsideNow(&findings, in: database)
    for number in spaces.keys {
      // It may be there without its search row.
      try database.run(
        "DELETE FROM embedding WHERE space = ? AND input_digest = ?",
        [.integer(number), .bytes(entry.inputDigest)])
      try EmbeddingTable.insert(entry, space: number, in: database)
    }
  }

  /// Makes room for the row that comes in a wrong one's place.
  static func setAsideNow(_ findings: inout Findings, in database: Database) throws {
    for row in findings.wrong where try row.setAside(in: database) { findings.setAside += 1 }
    findings.wrong = []
  }
}

extension VolumeEntry {
  /// Whether the entry can be stored in `space`.
  fileprivate func fits(_ space: EmbeddingSpace) -> Bool {
    record.inputDigest.count == VolumeTable.digestBytes && embedding.values.fits(space)
      && embedding.searchRow.fits(space)
  }
}

extension [Float] {
  /// Whether these are a space's number of finite numbers.
  func fits(_ space: EmbeddingSpace) -> Bool {
    count == space.components && withUnsafeBufferPointer(areFinite)
  }
}
