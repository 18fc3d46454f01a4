/// The reason why the store refused a call or failed. A failed call is never applied in part.
///
/// The associated values never contain stored data.
public enum StoreError: Error, Equatable, Sendable {
  /// Another connection held a lock for too long: two seconds in SQLite, five seconds in PostgreSQL.
  case busy
  /// The disk is full. The same call succeeds once space is free.
  case full
  /// The file must be migrated, but the disk has no space for the backup copy of `bytes` bytes that is made first.
  case copyNeedsSpace(bytes: Int)
  /// Free space is low, so diagnoses and patch embeddings are not stored. Volumes, reports, jobs and deletions are
  /// still written.
  case lowSpace
  /// The total size of all diagnoses would exceed the limit of `bytes` bytes.
  case quota(bytes: Int)
  /// A page of the file is damaged, or the file is being rebuilt.
  case corrupt
  /// Another process has the store open.
  case inUse
  /// A later version of the program wrote the database with `found` migrations. This version knows only `known`
  /// migrations.
  case newerSchema(found: Int, known: Int)
  /// The database belongs to another program.
  case foreign
  /// A system call on the store's files failed.
  case file(errno: Int32)
  /// The file has several names (hard links), so another process could open it under another name.
  case linked
  /// The file was deleted, moved, replaced or renamed while it was open. The last writes may be lost.
  case displaced
  /// The file or its folder is not writable.
  case readOnly
  /// The record is invalid: it has a wrong number of components or digest bytes, or it contains a number that is not
  /// finite.
  case unfit
  /// The store was closed.
  case closed
  /// The database server did not respond for five seconds. The change was applied completely or not at all.
  case unreachable
  /// The database server refused a call. `state` is the SQLSTATE, which has five characters.
  case server(state: String)
  /// SQLite failed with this extended result code. The cause may be an input/output error.
  case failed(code: Int32)
}

extension StoreError {
  /// The state in ``server(state:)`` if the connection would not be encrypted, or the server's certificate is not
  /// trusted, although the address demands it. PostgreSQL does not define a SQLSTATE for this.
  public static let untrustedServer = "BR001"
}
