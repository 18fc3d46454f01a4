/// The state of the store's file.
public enum StoreState: Sendable, Equatable {
  /// The file is in use, but has not been checked completely yet.
  case checking
  /// The file was checked completely and is sound.
  case ok
  /// The file was damaged, and its readable rows were copied into a new file. The damaged file remains next to the
  /// store under the name `setAside`.
  case recovered(setAside: String)
  /// The file is unreliable: a page in use was damaged, a write did not reach the disk, or a damaged file could not be
  /// rebuilt. Call ``Store/startChecking()`` or restart the program to check the file again.
  case failed
}
