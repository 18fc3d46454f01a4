public import HTTP
public import Storage

/// Stores the uploads of accepted jobs until the jobs end.
public protocol UploadVault: Sendable {
  /// Stores the upload of a job. On return, the upload survives the end of the process.
  ///
  /// - Throws: ``HTTPError`` and `StoreError`.
  func keep(_ upload: UploadedFile, as job: String) async throws
  /// Returns the upload of a job; nil if the upload no longer exists or has changed.
  ///
  /// - Throws: ``HTTPError`` and `StoreError`. These errors may be temporary.
  func upload(
    _ job: String, byteCount: Int, sha256: [UInt8], contentType: String?, parts: [Int]
  ) async throws -> UploadedFile?
  /// Removes the upload of a job, if it exists.
  func remove(_ job: String) async
  /// Removes the uploads that earlier processes left. Called when the service starts.
  ///
  /// - Parameter needed: The ids of the unfinished jobs, whose uploads remain.
  func removeAll(but needed: Set<String>) async
  /// Removes uploads that other processes stored without adding a job. Called every hour while the service accepts
  /// jobs.
  ///
  /// - Parameter needed: The ids of the unfinished jobs, whose uploads remain.
  func removeAbandoned(but needed: Set<String>) async
}

extension StoredUploads: UploadVault {
  /// Does nothing, because only this process uses the folder.
  public func removeAbandoned(but needed: Set<String>) async {}
}

extension SharedUploads: UploadVault {
  /// Removes only old files, because other processes may currently store new ones.
  public func removeAll(but needed: Set<String>) async { removeAbandoned(but: needed) }
}

/// Stores the uploads of jobs in the database, so that every process can run every job.
public struct DatabaseUploads: UploadVault {
  private let store: Store
  private let spool: String

  /// Makes a vault that uses a store.
  ///
  /// - Parameters:
  ///   - store: A store whose ``Store/canStoreUploads`` is true.
  ///   - spool: The folder to which the upload of a running job is copied.
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

  /// Copies the upload from the database to the spool folder.
  ///
  /// - Returns: The copy; nil if the upload no longer exists or has changed.
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

  /// Removes the upload from the database. If the database is unreachable, ``removeAbandoned(but:)`` removes it later.
  public func remove(_ job: String) async { try? await store.deleteUpload(of: job) }

  /// Removes only old uploads, because other processes may currently store new ones.
  public func removeAll(but needed: Set<String>) async { await removeAbandoned(but: needed) }

  /// Removes old uploads without an unfinished job. Ignores `needed`, because the database knows which jobs are
  /// unfinished.
  public func removeAbandoned(but needed: Set<String>) async {
    try? await store.deleteAbandonedUploads()
  }
}
