internal import Dispatch
package import Search
public import Storage
internal import Synchronization

/// The data that the service stores with one model: the store, and the search index in memory.
///
/// Each change is made in the store first. The index is then updated in the same order, before the caller gets a
/// result.
public final class Archive: Sendable {
  /// The store.
  public let store: Store
  /// The model and recipe that the embeddings belong to. Other embeddings in the store are ignored.
  public let space: EmbeddingSpace

  /// One search row u per volume: (v/|v| + v̂/|v̂|)/2, where v is the volume's embedding and v̂ its bridge.
  package let volumes: SearchIndex
  /// One row t/|t| per report, where t is the embedding of the report's text.
  package let reports: SearchIndex
  /// The cached scores that percentiles are computed from.
  package let columns = ScoreColumns()
  /// Computes the search row u from an embedding v; nil until the model is loaded.
  let derivation = Mutex<(@Sendable ([Float]) -> [Float]?)?>(nil)
  /// The queue that updates memory after the store lost or repaired data.
  let repairs = DispatchQueue(label: "brgsa.archive.repairs", qos: .utility)
  /// The custom prompt sets by name. They are the same as in the store.
  let promptSets: Mutex<[String: PromptSetRecord]>
  /// The site's calibrations for the model by name, as in the store.
  let calibrations: Mutex<[String: CalibrationRecord]>
  /// Called when volumes may have vanished from memory.
  private let erasureHandler = Mutex<@Sendable () -> Void>({})

  /// Reads the store's content into memory.
  ///
  /// - Throws: `StoreError`.
  package init(store: Store, space: EmbeddingSpace) throws(StoreError) {
    self.store = store
    self.space = space
    promptSets = Mutex([:])
    calibrations = Mutex([:])
    volumes = SearchIndex(components: space.components)
    reports = SearchIndex(components: space.components)
    // If other processes may change the store, `follow` returns true and the store calls `reload`.
    if try !store.follow(self) { try store.withSnapshot { try reload(from: $0) } }
    store.onSetAside { [weak self] in self?.followLosses() }
  }

  /// Removes data from memory that the store lost when it rebuilt a damaged file.
  ///
  /// - Throws: `StoreError`.
  func forgetWhatTheStoreLost() throws(StoreError) {
    // All data in memory was stored before. Whatever the store no longer contains was lost or deleted.
    var lostVolumes = volumes.ids
    var lostReports = reports.ids
    var lostSets = promptSets.withLock { Set($0.keys) }
    var lostCalibrations = calibrations.withLock { Set($0.keys) }
    try store.withSnapshot { snapshot in
      try snapshot.forEachSearchRow(space: space) { id, _, _ in lostVolumes.remove(id) }
      try snapshot.forEachReport(space: space) { lostReports.remove($0.id) }
      lostSets.subtract(try snapshot.promptSets().map(\.name))
      lostCalibrations.subtract(try snapshot.calibrations(model: space.modelSHA256).map(\.name))
    }
    volumes.remove(lostVolumes)
    reports.remove(lostReports)
    promptSets.withLock { [lostSets] in for name in lostSets { $0[name] = nil } }
    calibrations.withLock { [lostCalibrations] in for name in lostCalibrations { $0[name] = nil } }
    reportErasure()
  }

  /// Sets the handler that is called when volumes were deleted by other processes or lost. ``isKept(_:)`` then returns
  /// false for them. The handler must not call the store.
  package func onErasure(_ handler: @escaping @Sendable () -> Void) {
    erasureHandler.withLock { $0 = handler }
  }

  private func reportErasure() { erasureHandler.withLock { $0 }() }

  /// The number of searchable volumes.
  public var volumeCount: Int { volumes.count }

  /// Returns true if a volume with this id is stored with an embedding of this model.
  package func isKept(_ id: String) -> Bool { volumes.contains(id) }
}

/// Other processes may change a store in PostgreSQL. The store then reports each change, so that memory stays up to
/// date.
extension Archive: StoreFollower {
  /// Reads everything from the store, and then replaces all data in memory.
  public func reload(from snapshot: StoreSnapshot) throws {
    let newVolumes = SearchIndex(components: space.components)
    let newReports = SearchIndex(components: space.components)
    newVolumes.reserve(try snapshot.volumeCount())
    try snapshot.forEachSearchRow(space: space) { id, metadata, row in
      newVolumes.put(SearchEntry(id: id, metadata), row: row)
    }
    try snapshot.forEachReport(space: space) { newReports.put($0) }
    try readPromptSets(from: snapshot)
    try readCalibrations(from: snapshot)
    volumes.adopt(newVolumes)
    reports.adopt(newReports)
    reportErasure()
  }

  /// Reads the changed records from the store, and updates them in memory.
  public func apply(_ changes: StoreChanges, from snapshot: StoreSnapshot) throws {
    if !changes.volumeIDs.isEmpty {
      var gone = changes.volumeIDs
      try snapshot.forEachSearchRow(space: space, ids: changes.volumeIDs) {
        [volumes] id, metadata, row in
        gone.remove(id)
        volumes.put(SearchEntry(id: id, metadata), row: row)
      }
      volumes.remove(gone)
      if !gone.isEmpty { reportErasure() }
    }
    if !changes.reportIDs.isEmpty {
      // A replaced report has a different row, so remove the old one first.
      var found: [ReportRecord] = []
      try snapshot.forEachReport(space: space, ids: changes.reportIDs) { found.append($0) }
      reports.remove(changes.reportIDs)
      for report in found { reports.put(report) }
    }
    if changes.hasPromptSets { try readPromptSets(from: snapshot) }
    if changes.hasCalibrations { try readCalibrations(from: snapshot) }
  }

  /// Empties the cached scores, so that percentiles include a change that this process made.
  public func appliedOwnChange() { columns.forget() }

  /// Waits until memory contains all changes that any process made before this call. Waits for at most half a second.
  ///
  /// - Returns: Nil if memory is up to date. If the database does not respond, the time of the state in memory, in
  ///   seconds since 1970.
  @discardableResult
  public func refresh() async -> Int? { await store.refreshFollower() }

  private func readPromptSets(from snapshot: StoreSnapshot) throws {
    var sets: [String: PromptSetRecord] = [:]
    for set in try snapshot.promptSets() { sets[set.name] = set }
    promptSets.withLock { [sets] in $0 = sets }
  }
}
