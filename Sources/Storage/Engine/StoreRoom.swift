internal import Files

/// The level of free space on the store's disk.
public enum StoreRoom: String, Sendable, Equatable {
  /// Everything is stored.
  case ample
  /// Volumes, reports and jobs are still stored, and deletions still work. Diagnoses and patch embeddings are not
  /// stored.
  case low
  /// Only deletions are written.
  case full
}

/// Limits for the disk space that a store uses.
public struct StoreLimits: Sendable {
  /// Bytes that a file next to the store reserves for deletions; 0 for no reserve. The reserve is at most one sixteenth
  /// of the disk. Diagnoses are not stored while the remaining free space is less than twice this number.
  public var reserveBytes = 0
  /// Maximum total size of all diagnoses in bytes; 0 for unlimited. Diagnoses that would exceed it are not stored.
  public var diagnosisBytes = 0

  /// Returns the free bytes and the total size in bytes of the disk that contains a folder; nil if unknown.
  var measure: @Sendable (_ folder: String) -> (free: Int, size: Int)? = FileSystem.space

  /// Creates limits with no reserve and no maximum size of diagnoses. Change the properties as needed.
  public init() {}
}
