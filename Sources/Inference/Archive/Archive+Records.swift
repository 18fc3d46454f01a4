internal import Search
public import Storage

extension Archive {
  /// What is known of a volume.
  public func record(ofVolume id: String) async throws(InferenceError) -> KeptVolume? {
    guard
      let found = try await from({ () async throws(StoreError) in
        try await store.volume(id: id, space: space)
      })
    else { return nil }
    return KeptVolume(found.0, isEncoded: found.1 != nil)
  }

  /// v of a volume; nil if it is unknown or this model has not seen it.
  public func embedding(ofVolume id: String) async throws(InferenceError) -> [Float]? {
    try await from { () async throws(StoreError) in
      try await store.volume(id: id, space: space)?.1?.values
    }
  }

  /// Volumes, newest first.
  public func volumes(
    after cursor: RecordCursor?, limit: Int, tag: (name: String, value: String)?
  ) async throws(InferenceError) -> [KeptVolume] {
    try await from { () async throws(StoreError) in
      try await store.volumes(after: cursor, limit: limit, tag: tag)
    }.map { KeptVolume($0, isEncoded: nil) }
  }

  /// Replaces what is said of a volume.
  ///
  /// - Returns: Whether it is known.
  public func set(
    _ metadata: VolumeMetadata, ofVolume id: String
  ) async throws(InferenceError) -> Bool {
    try await from { () async throws(StoreError) in
      try await store.setMetadata(metadata, ofVolume: id) { [volumes] in
        volumes.update(SearchEntry(id: id, metadata))
      }
    }
  }

  /// Erases a volume, its diagnoses and, if no other volume has the same voxels, its embedding.
  ///
  /// - Returns: Whether it was known.
  public func deleteVolume(_ id: String) async throws(InferenceError) -> Bool {
    try await from { () async throws(StoreError) in
      try await store.deleteVolume(id: id) { [volumes] in volumes.remove([id]) }
    }
  }

  /// Erases what was kept before a time.
  ///
  /// - Returns: How many volumes and reports went.
  public func deleteAll(createdBefore time: Int) async throws(InferenceError) -> Int {
    try await from { () async throws(StoreError) in
      try await store.deleteAll(createdBefore: time) { [volumes, reports] ids in
        volumes.remove(ids)
        reports.remove(ids)
      }.count
    }
  }

  /// Keeps a report.
  func add(_ report: ReportRecord) async throws(InferenceError) {
    try await from { () async throws(StoreError) in
      try await store.addReport(report) { [reports] in reports.put(report) }
    }
  }

  /// A report.
  public func report(_ id: String) async throws(InferenceError) -> ReportRecord? {
    try await from { () async throws(StoreError) in try await store.report(id: id) }
  }

  /// Reports, newest first.
  public func reports(
    after cursor: RecordCursor?, limit: Int
  ) async throws(InferenceError) -> [ReportRecord] {
    try await from { () async throws(StoreError) in
      try await store.reports(after: cursor, limit: limit)
    }
  }

  /// Erases a report.
  ///
  /// - Returns: Whether it was known.
  public func deleteReport(_ id: String) async throws(InferenceError) -> Bool {
    try await from { () async throws(StoreError) in
      try await store.deleteReport(id: id) { [reports] in reports.remove([id]) }
    }
  }

  /// Keeps a diagnosis as it was answered.
  ///
  /// - Returns: Whether its volume is kept; if not, neither is the diagnosis.
  public func add(_ diagnosis: DiagnosisRecord) async throws(InferenceError) -> Bool {
    try await from { () async throws(StoreError) in try await store.addDiagnosis(diagnosis) }
  }

  /// A diagnosis as it was answered.
  public func diagnosis(_ id: String) async throws(InferenceError) -> DiagnosisRecord? {
    try await from { () async throws(StoreError) in try await store.diagnosis(id: id) }
  }
}
