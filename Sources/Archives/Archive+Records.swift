internal import Search
public import Storage

extension Archive {
  /// Returns the stored data of a volume; nil if the volume is not stored.
  public func record(ofVolume id: String) async throws(StoreError) -> StoredVolume? {
    guard let (record, embedding) = try await store.volume(id: id, space: space) else { return nil }
    return StoredVolume(record, isEncoded: embedding != nil)
  }

  /// Returns the embedding v of a volume; nil if the volume is not stored or this model has not encoded it.
  public func embedding(ofVolume id: String) async throws(StoreError) -> [Float]? {
    try await store.volume(id: id, space: space)?.1?.values
  }

  /// Returns one page of volumes, newest first.
  public func volumes(
    after cursor: RecordCursor?, limit: Int, tag: (name: String, value: String)?
  ) async throws(StoreError) -> [StoredVolume] {
    try await store.volumes(after: cursor, limit: limit, tag: tag)
      .map { StoredVolume($0, isEncoded: nil) }
  }

  /// Returns one page of the worklist.
  ///
  /// - Returns: The volumes, and the position after which the next page starts; nil for the last page.
  public func worklist(
    _ query: WorklistQuery, after place: WorklistCursor?, limit: Int
  ) async throws(StoreError) -> (rows: [ListedVolume], next: WorklistCursor?) {
    let page = try await store.worklist(query, after: place, limit: limit)
    return (page.rows.map(ListedVolume.init), page.next)
  }

  /// Replaces a volume's metadata.
  ///
  /// - Returns: True if the volume is stored.
  public func set(
    _ metadata: VolumeMetadata, ofVolume id: String
  ) async throws(StoreError) -> Bool {
    try await store.setMetadata(metadata, ofVolume: id) { [volumes] in
      volumes.update(SearchEntry(id: id, metadata))
    }
  }

  /// Deletes a volume and its diagnoses. Deletes its embedding, too, unless another volume has the same voxels.
  ///
  /// - Returns: True if the volume was stored.
  public func deleteVolume(_ id: String) async throws(StoreError) -> Bool {
    try await store.deleteVolume(id: id) { [volumes] in volumes.remove([id]) }
  }

  /// Deletes all data that was stored before a time, in seconds since 1970.
  ///
  /// - Returns: The number of volumes and reports that were deleted.
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

  /// Deletes a report.
  ///
  /// - Returns: True if the report was stored.
  public func deleteReport(_ id: String) async throws(StoreError) -> Bool {
    try await store.deleteReport(id: id) { [reports] in reports.remove([id]) }
  }
}
