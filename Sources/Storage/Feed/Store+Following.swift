import Synchronization

extension Store {
  /// Keeps `follower` up to date with the store if other processes may change the store.
  ///
  /// `follower` reads everything once before this function returns. Afterwards, each write by this process waits until
  /// `follower` has applied it. A second follower replaces the first.
  ///
  /// - Returns: False for a store in a file or in memory. Such a store has a single writer, which applies its changes
  ///   in the `committed` closures.
  public func follow(_ follower: any StoreFollower) throws(StoreError) -> Bool {
    guard let server = engine.changeLog else { return false }
    let feed = ChangeFeed(server, follower) { [weak self] in
      Task {
        try? await self?.deleteChanges(olderThan: ChangeLog.lifetime)
        try? await self?.deleteOrphans()
      }
    } jobsChanged: { [weak self] in
      self?.shared.withLock { $0.jobHandler }?()
    } foundWrongRows: { [weak self] in
      self?.setAsideNow($0)
    }
    try feed.start()
    let earlier = shared.withLock { shared in
      defer { shared.feed = (feed, follower: WeakFollower(follower)) }
      return shared.feed
    }
    earlier?.feed.stop()
    return true
  }

  /// Deletes rows of volumes that are not stored. A process of an earlier version does not know all tables, so it leaves
  /// such rows when it deletes a volume.
  func deleteOrphans() async throws(StoreError) {
    // Only the deletion makes other writes wait.
    guard try await reading({ database, _ in try StoredTable.hasOrphans(in: database) }) else {
      return
    }
    try await writing(erasing: true, isOrdered: true) { database, _ in
      try StoredTable.deleteOrphans(in: database)
      try StoredTable.deleteOrphanedSources(in: database)
    }
  }

  /// Waits at most half a second until the follower has applied all changes that any process committed before the call.
  ///
  /// - Returns: Nil if the follower is up to date, or if the store has no follower. Otherwise the time of the state
  ///   that the follower has, in seconds since 1970.
  public func refreshFollower() async -> Int? {
    await shared.withLock(\.feed)?.feed.refresh(within: Self.freshnessPatience)
  }

  /// Deletes entries of the change log that are older than `seconds`. A follower whose last entry was deleted reads
  /// everything again.
  func deleteChanges(olderThan seconds: Int) async throws(StoreError) {
    try await writing { database, _ in
      try ChangeLog.deleteChanges(olderThan: seconds, in: database)
    }
  }

  /// Waits until the follower has applied a change that this process committed. If the database stops responding
  /// meanwhile, searches report that their results are not up to date.
  func applyOwnChange() async {
    guard let (feed, follower) = shared.withLock(\.feed) else { return }
    _ = await feed.refresh(within: ServerOutage.patience)
    follower.value?.appliedOwnChange()
  }

  /// True if a follower applies changes. If false, the `committed` closures apply them.
  public var isFollowed: Bool { shared.withLock { $0.feed != nil } }

  private static let freshnessPatience = Duration.milliseconds(500)

  /// `@unchecked Sendable`: a weak variable that never changes.
  final class WeakFollower: @unchecked Sendable {
    private(set) weak var value: (any StoreFollower)?
    init(_ value: any StoreFollower) { self.value = value }
  }
}

extension StoreConnection {
  /// The end of a `SELECT` that finds a volume to which the transaction adds data. It locks the volume against
  /// deletion. A concurrent deletion waits, and then also deletes the added data.
  var sharedLock: String {
    switch dialect {
    case .sqlite: ""
    case .postgreSQL: " FOR KEY SHARE"
    }
  }

  /// Makes sure that data stored by an earlier transaction is replicated. Call this function before a transaction that
  /// writes nothing acknowledges such data.
  ///
  /// If the earlier commit was interrupted while it waited for a standby, its data may be on the primary only.
  /// PostgreSQL waits for the standby only after a transaction that wrote something. This function therefore writes an
  /// empty message to the server's write-ahead log.
  func confirmStoredData() throws {
    switch dialect {
    case .sqlite: break
    case .postgreSQL:
      _ = try integer("SELECT 1 FROM (SELECT pg_logical_emit_message(true, 'brgsa', '')) AS sent")
    }
  }
}
