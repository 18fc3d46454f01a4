/// Why the store did not do what it was asked to; nothing is half done.
///
/// The cases carry facts and never a byte of what is stored.
public enum StoreError: Error, Equatable, Sendable {
  /// Another connection kept the file locked for two seconds.
  case busy
  /// The disk is full. The same call succeeds once there is room.
  case full
  /// So little room is left that only what must be stored is: volumes, reports, jobs and deletions.
  case lowSpace
  /// Diagnoses have reached their limit, in bytes.
  case quota(bytes: Int)
  /// A page of the file is damaged, or the file is just being rebuilt.
  case corrupt
  /// Another process has the store open.
  case inUse
  /// The file was written by a later program, which knows `found` migrations of which this one knows `known`.
  case newerSchema(found: Int, known: Int)
  /// The file is a database of another program.
  case foreign
  /// A system call on the store's files failed.
  case file(errno: Int32)
  /// The file has more than one name: another service could open it by the other.
  case linked
  /// The file was deleted, moved, replaced or given another name while it was open. What was written last may be lost.
  case displaced
  /// The file or its folder cannot be written.
  case readOnly
  /// The record is invalid: a wrong number of components or digest bytes, or a number that is not finite.
  case unfit
  /// The store was closed.
  case closed
  /// SQLite failed with this extended result code; input and output errors are among them.
  case failed(code: Int32)
}
