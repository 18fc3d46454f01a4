public import Storage

extension Archive {
  /// Keeps a job, unless one with its repetition key is kept and has not ended before a time.
  ///
  /// - Returns: The job that is kept now.
  public func add(
    _ job: JobRecord, unlessEndedSince time: Int
  ) async throws(InferenceError) -> JobRecord {
    try await from { () async throws(StoreError) in
      try await store.addJob(job, unlessEndedSince: time)
    }
  }

  /// Keeps what became of a job.
  public func update(_ job: JobRecord) async throws(InferenceError) {
    _ = try await from { () async throws(StoreError) in try await store.updateJob(job) }
  }

  /// A job.
  public func job(_ id: String) async throws(InferenceError) -> JobRecord? {
    try await from { () async throws(StoreError) in try await store.job(id: id) }
  }

  /// The job that a request with this repetition key led to.
  public func job(repetitionKey: [UInt8]) async throws(InferenceError) -> JobRecord? {
    try await from { () async throws(StoreError) in
      try await store.job(repetitionKey: repetitionKey)
    }
  }

  /// Jobs that have not ended, in the order in which they came.
  public func unfinishedJobs() async throws(InferenceError) -> [JobRecord] {
    try await from { () async throws(StoreError) in try await store.unfinishedJobs() }
  }

  /// Forgets jobs that ended before a time, in seconds since 1970.
  public func deleteJobs(endedBefore time: Int) async throws(InferenceError) {
    try await from { () async throws(StoreError) in try await store.deleteJobs(endedBefore: time) }
  }
}
