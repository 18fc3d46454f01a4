/// A change that replicas follow. It says what has changed, not how. Replicas then read the present state, so that a
/// change may be applied twice.
struct StoreChange: Sendable, Equatable {
  /// What has changed.
  enum Kind: String, Sendable {
    /// A volume was added or deleted, or its metadata or its search row changed.
    case volume
    /// A report was added, replaced or deleted.
    case report
    /// A prompt set was stored or deleted.
    case promptSet = "prompt_set"
    /// A calibration was stored or deleted.
    case calibration
    /// Wrong rows were set aside. Their ids may be wrong, too, so all is read again.
    case losses
  }

  let kind: Kind
  /// The id of the volume or report, or the name of the prompt set or calibration.
  let id: String
}

/// A change's place in the log, with its mark.
///
/// A database that lost its last changes, for example in a failover, gives their numbers to other changes. The random
/// mark tells them apart.
struct LogPlace: Sendable, Equatable {
  let revision: Int
  let mark: [UInt8]
}

/// What has changed since the last time.
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

/// Keeps a copy of the store's data in memory in step with the store. The functions are called one after another.
public protocol StoreFollower: AnyObject, Sendable {
  /// Replaces the copy by what is stored now.
  func reload() throws(StoreError)

  /// Replaces what has changed by what is stored now.
  func apply(_ changes: StoreChanges) throws(StoreError)

  /// Called after a change that this process made was applied.
  func appliedOwnChange()
}
