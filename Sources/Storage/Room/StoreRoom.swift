internal import Files

/// The level of free space on the store's disk.
public enum StoreRoom: String, Sendable, Equatable {
  /// Everything is stored.
  case ample
  /// Diagnoses are no longer stored; volumes, reports and jobs are, and deletions work.
  case low
  /// Only deletions are written.
  case full
}

/// Limits of a store's disk space.
public struct StoreLimits: Sendable {
  /// Bytes reserved for deletions, in a file next to the store; at most a sixteenth of the disk.
  /// Diagnoses are no longer stored while less than twice as much is free in addition. 0 for no
  /// reserve.
  public var reserveBytes = 0
  /// Most bytes of all diagnoses; further ones are not stored. 0 for unlimited.
  public var diagnosisBytes = 0

  /// Measures the free bytes and the size of a folder's disk; nil if unknown.
  var measure: @Sendable (_ folder: String) -> (free: Int, size: Int)? = FileSystem.space

  /// No limits; change single ones afterwards.
  public init() {}
}
