/// A volume of the worklist, with what is stored for it.
public struct WorklistRow: Sendable {
  /// The volume.
  public let record: VolumeRecord
  /// Whether the voxels of its input are stored.
  public internal(set) var hasVoxels = false
  /// The number of its diagnoses.
  public internal(set) var diagnosisCount = 0
  /// Its newest diagnosis; nil if it has none.
  public internal(set) var latestDiagnosis: DiagnosisRecord?
}

/// One page of the worklist.
public struct WorklistPage: Sendable {
  /// The volumes in the requested order.
  public let rows: [WorklistRow]
  /// The position after which the next page starts; nil for the last page.
  public let next: WorklistCursor?
}

/// A position in the worklist.
public enum WorklistCursor: Sendable, Equatable {
  /// After the volume with this time and id.
  case time(RecordCursor)
  /// After the volume with this display name and row number.
  case name(String, number: Int)
}

/// Selects and sorts the volumes of the worklist.
public struct WorklistQuery: Sendable {
  /// The order of the volumes.
  public enum Order: String, Sendable, CaseIterable {
    /// By time, the newest first.
    case newest
    /// By time, the oldest first.
    case oldest
    /// By the bytes of the display name. Volumes without a name follow, the newest first.
    case name
  }

  /// The order of the volumes.
  public var order = Order.newest
  /// The tag that a volume must have, compared byte by byte.
  public var tag: (name: String, value: String)?
  /// The text that the name, the accession number, the id or the value of a tag must contain. Upper and lower case are
  /// equal.
  public var text: String?
  /// The ids of the volumes; nil for all volumes.
  public var ids: Set<String>?

  /// Selects all volumes.
  public init() {}
}
