public import HTTP
public import Storage

/// Where the uploads of accepted jobs are stored until the jobs end.
public protocol UploadVault: Sendable {
  /// Stores the upload of a job. On return, it survives the end of the process.
  ///
  /// - Throws: ``HTTPError`` and `StoreError`.
  func keep(_ upload: UploadedFile, as job: String) async throws
  /// Returns the upload of a job; nil if it is gone or has changed.
  ///
  /// - Throws: ``HTTPError`` and `StoreError`, which may pass.
  func upload(
    _ job: String, byteCount: Int, sha256: [UInt8], contentType: String?, parts: [Int]
  ) async throws -> UploadedFile?
  /// Removes the upload of a job, if it exists.
  func remove(_ job: String) async
  /// Removes the uploads that earlier processes left. Called at the start.
  ///
  /// - Parameter needed: The unfinished jobs.
  func removeAll(but needed: Set<String>) async
  /// Removes uploads of jobs that other processes did not add. Called each hour while jobs are being accepted.
  ///
  /// - Parameter needed: The unfinished jobs.
  func removeAbandoned(but needed: Set<String>) async
}

extension StoredUploads: UploadVault {
  /// Does nothing, because the folder belongs to this process.
  public func removeAbandoned(but needed: Set<String>) async {}
}

extension SharedUploads: UploadVault {
  /// Removes only old files, because other processes may be storing new ones.
  public func removeAll(but needed: Set<String>) async { removeAbandoned(but: needed) }
}

/// Stores the uploads of jobs in the database, so that each process can run each job.
public struct DatabaseUploads: UploadVault {
  private let store: Store
  private let spool: String

  /// - Parameters:
  ///   - store: A store whose ``Store/canStoreUploads`` is true.
  ///   - spool: The folder into which the upload of a running job is copied.
  public init(_ store: Store, spool: String) {
    self.store = store
    self.spool = spool
  }

  /// Stores the upload in the database.
  ///
  /// - Throws: `HTTPError` and `StoreError`.
  public func keep(_ upload: UploadedFile, as job: String) async throws {
    try await store.addUpload(of: job, byteCount: upload.byteCount) { range in
      try await upload.bytes(in: range)
    }
  }

  /// Copies the upload into the spool.
  ///
  /// - Throws: `HTTPError` and `StoreError`.
  public func upload(
    _ job: String, byteCount: Int, sha256: [UInt8], contentType: String?, parts: [Int]
  ) async throws -> UploadedFile? {
    let copy = try UploadCopy(in: spool, byteCount: byteCount)
    let count = try await store.readUpload(of: job, byteCount: byteCount) { piece in
      try await copy.append(piece)
    }
    guard count == byteCount else { return nil }
    return try await copy.finish(
      byteCount: byteCount, sha256: sha256, contentType: contentType, parts: parts)
  }

  /// Removes the upload from the database. If the database is away, ``removeAbandoned(but:)`` does it later.
  public func remove(_ job: String) async { try? await store.deleteUpload(of: job) }

  /// Removes only old uploads, because other processes may be storing new ones.
  public func removeAll(but needed: Set<String>) async { await removeAbandoned(but: needed) }

  /// The database itself knows which jobs are unfinished.
  public func removeAbandoned(but needed: Set<String>) async {
    try? await store.deleteAbandonedUploads()
  }
}
