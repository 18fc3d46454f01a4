internal import Search
public import Storage

extension Archive {
  /// Returns the stored data of a volume; nil if the id is unknown.
  public func record(ofVolume id: String) async throws(StoreError) -> StoredVolume? {
    guard let (record, embedding) = try await store.volume(id: id, space: space) else { return nil }
    return StoredVolume(record, isEncoded: embedding != nil)
  }

  /// Returns the embedding v of a volume; nil if the id is unknown or this model has not encoded the volume.
  public func embedding(ofVolume id: String) async throws(StoreError) -> [Float]? {
    try await store.volume(id: id, space: space)?.1?.values
  }

  /// Returns volumes, newest first.
  public func volumes(
    after cursor: RecordCursor?, limit: Int, tag: (name: String, value: String)?
  ) async throws(StoreError) -> [StoredVolume] {
    try await store.volumes(after: cursor, limit: limit, tag: tag)
      .map { StoredVolume($0, isEncoded: nil) }
  }

  /// Replaces a volume's metadata.
  ///
  /// - Returns: True if the volume is known.
  public func set(
    _ metadata: VolumeMetadata, ofVolume id: String
  ) async throws(StoreError) -> Bool {
    try await store.setMetadata(metadata, ofVolume: id) { [volumes] in
      volumes.update(SearchEntry(id: id, metadata))
    }
  }

  /// Erases a volume, its diagnoses and, if no other volume has the same voxels, its embedding.
  ///
  /// - Returns: True if the volume was known.
  public func deleteVolume(_ id: String) async throws(StoreError) -> Bool {
    try await store.deleteVolume(id: id) { [volumes] in volumes.remove([id]) }
  }

  /// Erases all data that was stored before a time.
  ///
  /// - Returns: The number of erased volumes and reports.
  public func deleteAll(createdBefore time: Int) async throws(StoreError) -> Int {
    try await store.deleteAll(createdBefore: time) { [volumes, reports] ids in
      volumes.remove(ids)
      reports.remove(ids)
    }.count
  }

  /// Stores a report.
  package func add(_ report: ReportRecord) async throws(StoreError) {
    try await store.addReport(report) { [reports] in reports.put(report) }
  }

  /// Erases a report.
  ///
  /// - Returns: True if the report was known.
  public func deleteReport(_ id: String) async throws(StoreError) -> Bool {
    try await store.deleteReport(id: id) { [reports] in reports.remove([id]) }
  }
}
