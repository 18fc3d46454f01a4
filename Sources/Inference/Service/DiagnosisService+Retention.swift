public import Archives
public import Storage
internal import Synchronization

/// What a look at retention did.
public struct RetentionOutcome: Sendable, Equatable {
  /// Volumes and reports that were erased.
  public var erased = 0
  /// Nil unless the erasure waits: how many of how many things would go.
  public var waiting: (old: Int, all: Int)?
  /// Things that were stored while the clock was ahead; they are erased so much later.
  public var early = 0

  /// Compares all members.
  public static func == (left: Self, right: Self) -> Bool {
    left.erased == right.erased && left.early == right.early
      && left.waiting?.old == right.waiting?.old && left.waiting?.all == right.waiting?.all
  }
}

extension DiagnosisService {
  /// Erases what is older than a policy says, unless that waits.
  ///
  /// - Parameters:
  ///   - confirmed: The time before which an operator allows everything to be erased, in seconds since 1970.
  ///   - waited: How long the erasure has waited.
  ///   - now: Seconds since 1970; nil for the clock's.
  /// - Returns: Nil without an archive.
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
      looks.withLock { $0.forget { !archive.isKept($0) } }
      // A word that was given for another time says nothing of this one.
      let vouched = limit.addingReportingOverflow(RetentionPolicy.longestGap)
      let isSeen = vouched.overflow || vouched.partialValue >= policy.limit(now: now)
      // An hour's precision is enough; the note costs a write.
      if isSeen, lastSeen.map({ now < $0 || now > $0 + 600 }) ?? true {
        try await archive.store.setLastSeenTime(now)
      }
    }
    return outcome
  }

  /// How much room the store's disk has, and whether the file is in its place; to be called every few seconds.
  public func examineStore() { store?.examineSurroundings() }

  /// How much room there is on the store's disk.
  public var storeRoom: StoreRoom { persistence == .none ? .ample : store?.room ?? .ample }

  /// Bytes that are free on the store's disk besides the reserve; nil where nothing is known.
  public var storeFreeBytes: Int? { persistence == .none ? nil : store?.freeBytes }

  /// The store's limits, as bytes: what is held back for deletions, and all diagnoses together (0 for any number).
  public var storeLimits: (reserve: Int, diagnoses: Int) {
    guard persistence != .none, let store else { return (0, 0) }
    return (store.reserveBytes, store.diagnosisByteLimit)
  }
}
