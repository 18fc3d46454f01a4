internal import Files

/// The level of free space on the store's disk.
public enum StoreRoom: String, Sendable, Equatable {
  /// Everything is stored.
  case ample
  /// Volumes, reports and jobs are still stored, and deletions work. Diagnoses and patch embeddings are not stored.
  case low
  /// Only deletions are written.
  case full
}

/// Limits of a store's disk space.
public struct StoreLimits: Sendable {
  /// Bytes reserved for deletions, in a file next to the store. At most a sixteenth of the disk is reserved; 0 for no
  /// reserve. Diagnoses are not stored while the other free space is less than twice this number.
  public var reserveBytes = 0
  /// Maximum size in bytes of all diagnoses together; 0 for unlimited. Further diagnoses are not stored.
  public var diagnosisBytes = 0

  /// Measures the free bytes and the size of a folder's disk; nil if unknown.
  var measure: @Sendable (_ folder: String) -> (free: Int, size: Int)? = FileSystem.space

  /// Makes limits without a reserve and without a limit for diagnoses. Change the properties as needed.
  public init() {}
}
