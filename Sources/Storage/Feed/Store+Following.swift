import Synchronization

extension Store {
  /// Keeps `follower` in step with the store, if other processes may change it. Then everything is read once before
  /// this returns, and a write of this process is applied before it returns. A second follower replaces the first.
  ///
  /// - Returns: False for a store in a file or in memory, whose only writer calls the `committed` closures.
  public func follow(_ follower: any StoreFollower) throws(StoreError) -> Bool {
    guard let address = engine.changeLogAddress else { return false }
    let feed = ChangeFeed(address: address, follower) { [weak self] in
      Task { try? await self?.deleteChanges(olderThan: ChangeLog.lifetime) }
    } jobsChanged: { [weak self] in
      self?.shared.withLock { $0.jobHandler }?()
    }
    try feed.start()
    let earlier = shared.withLock { shared in
      defer { shared.feed = (feed, follower: WeakFollower(follower)) }
      return shared.feed
    }
    earlier?.feed.stop()
    return true
  }

  /// Waits until the follower has all changes that any process committed before the call, at most half a second.
  ///
  /// - Returns: Nil if it has them, or if nothing follows. Otherwise the time of the last state that it has, in seconds
  ///   since 1970.
  public func refreshFollower() async -> Int? {
    await shared.withLock(\.feed)?.feed.refresh(within: Self.freshnessPatience)
  }

  /// Deletes old entries of the log of changes. Who does not know a later one reads everything again.
  func deleteChanges(olderThan seconds: Int) async throws(StoreError) {
    try await writing { database, _ in
      try ChangeLog.deleteChanges(olderThan: seconds, in: database)
    }
  }

  /// Waits until the follower has a change that this process has committed. If the database becomes silent meanwhile,
  /// searches say that they are not up to date.
  func applyOwnChange() async {
    guard let (feed, follower) = shared.withLock(\.feed) else { return }
    _ = await feed.refresh(within: ServerOutage.patience)
    follower.value?.appliedOwnChange()
  }

  /// True if a follower applies the changes, and not the `committed` closures.
  public var isFollowed: Bool { shared.withLock { $0.feed != nil } }

  private static let freshnessPatience = Duration.milliseconds(500)

  /// `@unchecked Sendable`: a weak variable that never changes.
  final class WeakFollower: @unchecked Sendable {
    private(set) weak var value: (any StoreFollower)?
    init(_ value: any StoreFollower) { self.value = value }
  }
}

extension StoreConnection {
  /// The end of a `SELECT` of a volume to which the transaction adds something. Whoever deletes the volume at the same
  /// time waits, and then also deletes what was added.
  var sharedLock: String {
    switch dialect {
    case .sqlite: ""
    case .postgreSQL: " FOR KEY SHARE"
    }
  }

  /// Call this before a transaction that writes nothing acknowledges what an earlier one has stored.
  ///
  /// If the earlier commit was cut off while it waited for a standby, its data may be on the primary only. PostgreSQL
  /// waits for the standby only after a transaction that wrote something. This writes an empty message to the log.
  func confirmStoredData() throws {
    switch dialect {
    case .sqlite: break
    case .postgreSQL:
      _ = try integer("SELECT 1 FROM (SELECT pg_logical_emit_message(true, 'brgsa', '')) AS sent")
    }
  }
}
