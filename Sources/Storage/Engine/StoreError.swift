/// Why the store refused a call or failed. A failed call is never applied in part.
///
/// The cases contain numbers and never stored data.
public enum StoreError: Error, Equatable, Sendable {
  /// Another connection kept the file locked for two seconds.
  case busy
  /// The disk is full. The same call succeeds once space is free.
  case full
  /// The file must be migrated, and the disk has no space for a copy of this many bytes, which is made first.
  case copyNeedsSpace(bytes: Int)
  /// Little space is left, so diagnoses and patch embeddings are not stored. Volumes, reports, jobs
  /// and deletions are still written.
  case lowSpace
  /// All diagnoses together would exceed their limit, `bytes`.
  case quota(bytes: Int)
  /// A page of the file is damaged, or the file is being rebuilt.
  case corrupt
  /// Another process has the store open.
  case inUse
  /// A later version wrote the file, with `found` migrations. This version has only `known` migrations.
  case newerSchema(found: Int, known: Int)
  /// The file is a database of another program.
  case foreign
  /// A system call on the store's files failed.
  case file(errno: Int32)
  /// The file has more than one name, so another process could open it by another name.
  case linked
  /// The file was deleted, moved, replaced or renamed while it was open. The last writes may be lost.
  case displaced
  /// The file or its folder is not writable.
  case readOnly
  /// The record is invalid. It has a wrong number of components or digest bytes, or a number that is not finite.
  case unfit
  /// The store was closed.
  case closed
  /// The database server did not respond for five seconds. Nothing was changed, or the change may be complete.
  case unreachable
  /// The database server refused a call with this SQLSTATE, of five characters.
  case server(state: String)
  /// SQLite failed with this extended result code, which may be an input/output error.
  case failed(code: Int32)
}
