/// A change that replicas follow. It identifies what has changed but does not contain the new data. Replicas read the
/// current data from the store, so a change may be applied twice.
struct StoreChange: Sendable, Equatable {
  /// The kind of data that has changed.
  enum Kind: String, Sendable {
    /// A volume was added or deleted, or its metadata or its search row changed.
    case volume
    /// A report was added, replaced or deleted.
    case report
    /// A prompt set was stored or deleted.
    case promptSet = "prompt_set"
    /// A calibration was stored or deleted.
    case calibration
    /// Wrong rows were set aside. Their ids may also be wrong, so replicas read everything again.
    case losses
  }

  let kind: Kind
  /// The id of the volume or report, or the name of the prompt set or calibration.
  let id: String
}

/// The number and the random mark of a change in the log.
///
/// If a database loses its latest changes, for example in a failover, it reuses their numbers for other changes. The
/// mark distinguishes such changes.
struct LogPlace: Sendable, Equatable {
  let revision: Int
  let mark: [UInt8]
}

/// The changes since a follower last read the store.
public struct StoreChanges: Sendable, Equatable {
  /// The ids of volumes that were added, changed or deleted.
  public internal(set) var volumeIDs: Set<String> = []
  /// The ids of reports that were added, replaced or deleted.
  public internal(set) var reportIDs: Set<String> = []
  /// True if prompt sets were stored or deleted.
  public internal(set) var hasPromptSets = false
  /// True if calibrations were stored or deleted.
  public internal(set) var hasCalibrations = false

  init(_ changes: [StoreChange]) {
    for change in changes {
      switch change.kind {
      case .volume: volumeIDs.insert(change.id)
      case .report: reportIDs.insert(change.id)
      case .promptSet: hasPromptSets = true
      case .calibration: hasCalibrations = true
      case .losses: break
      }
    }
  }
}

/// Keeps an in-memory copy of the store's data up to date. The functions are called sequentially. If a function throws,
/// ``reload(from:)`` is called next.
public protocol StoreFollower: AnyObject, Sendable {
  /// Replaces the whole copy with the data in `snapshot`.
  func reload(from snapshot: StoreSnapshot) throws

  /// Updates the changed parts of the copy with the data in `snapshot`.
  func apply(_ changes: StoreChanges, from snapshot: StoreSnapshot) throws

  /// Called after a change made by this process was applied.
  func appliedOwnChange()
}
