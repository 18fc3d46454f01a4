public import Archives
public import Storage
internal import Synchronization

/// The outcome of one run of the retention policy.
public struct RetentionOutcome: Sendable, Equatable {
  /// Number of volumes and reports that were deleted.
  public var erased = 0
  /// If the erasure waits: the number of records that would be deleted, and the number of all records. Otherwise nil.
  public var waiting: (old: Int, all: Int)?
  /// Number of records whose creation time is more than an hour in the future, because the clock was ahead when they
  /// were stored. They are deleted later by that difference.
  public var early = 0

  /// Compares all properties.
  public static func == (left: Self, right: Self) -> Bool {
    left.erased == right.erased && left.early == right.early
      && left.waiting?.old == right.waiting?.old && left.waiting?.all == right.waiting?.all
  }
}

extension DiagnosisService {
  /// Deletes data that is older than the policy allows, unless the erasure must wait.
  ///
  /// - Parameters:
  ///   - confirmed: An operator allows the deletion of all data created before this time, in seconds since 1970; nil
  ///     for no permission.
  ///   - waited: How long the erasure has already waited.
  ///   - now: The current time in seconds since 1970; nil to read the clock.
  /// - Returns: The outcome; nil without an archive.
  /// - Throws: ``InferenceError/store(_:)``.
  public func retain(
    _ policy: RetentionPolicy, confirmed: Int?, waited: Duration, now: Int? = nil
  ) async throws -> RetentionOutcome? {
    guard let archive else { return nil }
    let now = now ?? Self.now()
    let census = try await archive.store.ageCensus(createdBefore: policy.limit(now: now), now: now)
    let lastSeen = try await archive.store.lastSeenTime()
    var outcome = RetentionOutcome()
    outcome.early = census.early
    switch policy.decide(
      census, now: now, lastSeen: lastSeen, confirmed: confirmed, waited: waited)
    {
    case .wait(let old, let all): outcome.waiting = (old, all)
    case .erase(let limit):
      outcome.erased = try await archive.deleteAll(createdBefore: limit)
      viewCache.withLock { $0.forget { !archive.isKept($0) } }
      // An operator's confirmation covers only data created before it. It does not prove that the clock is right, so
      // the time is not recorded if the erasure stopped at an earlier limit.
      let vouched = limit.addingReportingOverflow(RetentionPolicy.longestGap)
      let isSeen = vouched.overflow || vouched.partialValue >= policy.limit(now: now)
      // Storing the time costs a write, and a precision of ten minutes is enough.
      if isSeen, lastSeen.map({ now < $0 || now > $0 + 600 }) ?? true {
        try await archive.store.setLastSeenTime(now)
      }
    }
    return outcome
  }

  /// Checks the store's free disk space and that the store's file still exists at its path. Call this every few
  /// seconds.
  public func examineStore() { store?.examineSurroundings() }

  /// How much free space the store's disk has, as a level.
  public var storeRoom: StoreRoom { persistence == .none ? .ample : store?.room ?? .ample }

  /// What an acknowledged write survives, according to the database server; nil without a server.
  public var storeDurability: StoreDurability? { persistence == .none ? nil : store?.durability }

  /// Free bytes on the store's disk beyond the reserve; nil if unknown.
  public var storeFreeBytes: Int? { persistence == .none ? nil : store?.freeBytes }

  /// The store's limits in bytes: the space reserved for deletions, and the maximum size of all diagnoses (0 for
  /// unlimited).
  public var storeLimits: (reserve: Int, diagnoses: Int) {
    guard persistence != .none, let store else { return (0, 0) }
    return (store.reserveBytes, store.diagnosisByteLimit)
  }
}
