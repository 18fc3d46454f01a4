public import Archives
public import Storage
internal import Synchronization

/// The outcome of one retention run.
public struct RetentionOutcome: Sendable, Equatable {
  /// Number of deleted volumes and reports.
  public var erased = 0
  /// The number of old records and of all records if an erasure waits; nil otherwise.
  public var waiting: (old: Int, all: Int)?
  /// Number of items stored while the clock was ahead. They are deleted correspondingly later.
  public var early = 0

  /// Compares all members.
  public static func == (left: Self, right: Self) -> Bool {
    left.erased == right.erased && left.early == right.early
      && left.waiting?.old == right.waiting?.old && left.waiting?.all == right.waiting?.all
  }
}

extension DiagnosisService {
  /// Deletes data older than the policy allows, unless the erasure must wait.
  ///
  /// - Parameters:
  ///   - confirmed: The time before which an operator allows any erasure, in seconds since 1970.
  ///   - waited: The time for which the erasure has waited.
  ///   - now: Seconds since 1970; nil for the time of the clock.
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
      // A confirmation applies only to the data for which it was given.
      let vouched = limit.addingReportingOverflow(RetentionPolicy.longestGap)
      let isSeen = vouched.overflow || vouched.partialValue >= policy.limit(now: now)
      // A precision of ten minutes suffices, and storing the time costs a write.
      if isSeen, lastSeen.map({ now < $0 || now > $0 + 600 }) ?? true {
        try await archive.store.setLastSeenTime(now)
      }
    }
    return outcome
  }

  /// Checks the store's disk space, and that the store's file is still at its path. Call it every few seconds.
  public func examineStore() { store?.examineSurroundings() }

  /// The level of free space on the store's disk.
  public var storeRoom: StoreRoom { persistence == .none ? .ample : store?.room ?? .ample }

  /// Free bytes on the store's disk in addition to the reserve; nil if unknown.
  public var storeFreeBytes: Int? { persistence == .none ? nil : store?.freeBytes }

  /// The store's limits in bytes: the reserve for deletions, and all diagnoses together (0 for unlimited).
  public var storeLimits: (reserve: Int, diagnoses: Int) {
    guard persistence != .none, let store else { return (0, 0) }
    return (store.reserveBytes, store.diagnosisByteLimit)
  }
}
