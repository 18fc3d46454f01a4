/// How much room there is on the store's disk.
public enum StoreRoom: String, Sendable, Equatable {
  /// There is room for everything.
  case ample
  /// Diagnoses are no longer stored; volumes, reports and jobs are, and deletions work.
  case low
  /// Nothing but deletions can be written.
  case full
}

/// What a store may take of its disk.
public struct StoreLimits: Sendable {
  /// Bytes that are held back for deletions, in a file beside the store; a sixteenth of the disk at most. With less than
  /// twice as much free besides, diagnoses are no longer stored. 0 for no reserve.
  public var reserveBytes = 0
  /// Bytes of all diagnoses; further ones are not stored. 0 for any number.
  public var diagnosisBytes = 0

  /// Asked for the free bytes and the size of a folder's disk; nil where nothing is known.
  var measure: @Sendable (_ folder: String) -> (free: Int, size: Int)? = DiskReserve.measure

  /// No limits; change single ones afterwards.
  public init() {}
}
