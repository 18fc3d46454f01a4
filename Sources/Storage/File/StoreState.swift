/// How the store's file is.
public enum StoreState: Sendable, Equatable {
  /// The file was opened and is used, but has not been read through yet.
  case checking
  /// The file was read through and is sound.
  case ok
  /// The file was damaged. It lies beside the store under this file name, and what could be read of it is here.
  case recovered(setAside: String)
  /// The file cannot be relied on: a page proved damaged while in use, what was written did not reach the disk,
  /// or a damaged file could not be rebuilt. ``Store/startChecking()`` or a restart looks again.
  case failed
}
