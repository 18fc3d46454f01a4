internal import Dispatch
package import Search
public import Storage
internal import Synchronization

/// The data that the service stores with one model: the store, and the search index in memory.
///
/// Each change is made in the store first. The index follows in the same order, before the caller gets a result.
public final class Archive: Sendable {
  /// The store.
  public let store: Store
  /// The model and recipe that embeddings belong to. Other embeddings in the store are ignored.
  public let space: EmbeddingSpace

  /// A search row u for each volume: (v/|v| + v̂/|v̂|)/2, where v is the volume's embedding and v̂ its bridge.
  package let volumes: SearchIndex
  /// A row t/|t| for each report, where t is the embedding of the report's text.
  package let reports: SearchIndex
  /// The scores that percentiles are computed from.
  package let columns = ScoreColumns()
  /// Computes a search row u from an embedding v; nil until the model is loaded.
  let derivation = Mutex<(@Sendable ([Float]) -> [Float]?)?>(nil)
  /// The queue on which memory is updated after the store loses or repairs data.
  let repairs = DispatchQueue(label: "brgsa.archive.repairs", qos: .utility)
  /// The custom prompt sets by name, as in the store.
  let promptSets: Mutex<[String: PromptSetRecord]>

  /// Reads the store's content.
  ///
  /// - Throws: `StoreError`.
  package init(store: Store, space: EmbeddingSpace) throws(StoreError) {
    self.store = store
    self.space = space
    promptSets = Mutex([:])
    volumes = SearchIndex(components: space.components)
    reports = SearchIndex(components: space.components)
    // If other processes may change the store, it calls `reload`.
    if try !store.follow(self) { try reload() }
    store.onSetAside { [weak self] in self?.followLosses() }
  }

  /// Removes from memory the data that the store lost when a damaged file was rebuilt.
  ///
  /// - Throws: `StoreError`.
  func forgetWhatTheStoreLost() throws(StoreError) {
    // Everything in memory was stored earlier, so anything that is missing in the store now was lost or deleted.
    var lostVolumes = volumes.ids
    var lostReports = reports.ids
    try store.forEachSearchRow(space: space) { id, _, _ in lostVolumes.remove(id) }
    try store.forEachReport(space: space) { lostReports.remove($0.id) }
    volumes.remove(lostVolumes)
    reports.remove(lostReports)
    let names = Set(try store.promptSetsNow().map(\.name))
    promptSets.withLock { sets in sets = sets.filter { names.contains($0.key) } }
  }

  /// Number of searchable volumes.
  public var volumeCount: Int { volumes.count }

  /// True if a volume with this id is stored with an embedding of this model.
  package func isKept(_ id: String) -> Bool { volumes.contains(id) }
}

/// Other processes may change a store in PostgreSQL. Then the store's log of changes keeps the memory in step with it.
extension Archive: StoreFollower {
  /// Reads everything from the store, and then replaces what is in memory.
  public func reload() throws(StoreError) {
    let newVolumes = SearchIndex(components: space.components)
    let newReports = SearchIndex(components: space.components)
    newVolumes.reserve(try store.countVolumesNow())
    try store.forEachSearchRow(space: space) { id, metadata, row in
      newVolumes.put(SearchEntry(id: id, metadata), row: row)
    }
    try store.forEachReport(space: space) { newReports.put($0) }
    try readPromptSets()
    volumes.adopt(newVolumes)
    reports.adopt(newReports)
  }

  /// Reads what has changed, and replaces it in memory.
  public func apply(_ changes: StoreChanges) throws(StoreError) {
    if !changes.volumeIDs.isEmpty {
      var gone = changes.volumeIDs
      try store.forEachSearchRow(space: space, ids: changes.volumeIDs) {
        [volumes] id, metadata, row in
        gone.remove(id)
        volumes.put(SearchEntry(id: id, metadata), row: row)
      }
      volumes.remove(gone)
    }
    if !changes.reportIDs.isEmpty {
      // A replaced report has another row.
      var found: [ReportRecord] = []
      try store.forEachReport(space: space, ids: changes.reportIDs) { found.append($0) }
      reports.remove(changes.reportIDs)
      for report in found { reports.put(report) }
    }
    if changes.hasPromptSets { try readPromptSets() }
  }

  /// A percentile after an own change counts the change.
  public func appliedOwnChange() { columns.forget() }

  /// Waits until all changes are in memory that any process made before the call, at most half a second.
  ///
  /// - Returns: Nil if they are. If the database does not respond, the time of the state in memory, in seconds since
  ///   1970.
  @discardableResult
  public func refresh() async -> Int? { await store.refreshFollower() }

  private func readPromptSets() throws(StoreError) {
    var sets: [String: PromptSetRecord] = [:]
    for set in try store.promptSetsNow() { sets[set.name] = set }
    promptSets.withLock { [sets] in $0 = sets }
  }
}
