/// The state of the store's file.
public enum StoreState: Sendable, Equatable {
  /// The file is in use, but has not been read completely yet.
  case checking
  /// The file was read completely and is sound.
  case ok
  /// The file was damaged. It remains next to the store under this name. Its readable rows were
  /// copied into the new file.
  case recovered(setAside: String)
  /// The file is unreliable. Either a page in use was damaged, or a write did not reach the disk, or a damaged file
  /// could not be rebuilt. ``Store/startChecking()`` or a restart checks it again.
  case failed
}
