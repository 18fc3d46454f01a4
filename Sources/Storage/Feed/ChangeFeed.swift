import Dispatch
import Glibc
import Synchronization

/// Keeps a follower up to date with a PostgreSQL store. Applies the changes of all processes, including this one.
///
/// The feed works in rounds. A round applies all changes that were committed before it started. A caller that needs an
/// up-to-date follower therefore waits for the next round, and all waiting callers share that round. A round that finds
/// no changes takes a single query. Rounds start on request, when the server reports a change, and every two seconds.
///
/// The feed has one connection. It reads the log and the changed data in the same transaction. After a failover, two
/// connections may lead to two servers with different data, and a copy made from both would never become right again.
final class ChangeFeed: Sendable {
  private let lane: PostgresLane
  private let listener: ChangeListener
  private let queue = DispatchQueue(label: "brgsa.changes")
  private let state = Mutex(State())
  private let follower: Store.WeakFollower
  private let foundWrongRows: @Sendable (WrongRows) -> Void

  private struct State {
    /// The last change that the follower has applied; nil if the follower must read everything.
    var known: LogPlace?
    /// The time at which the running round started; nil if no round is running.
    var roundStart: ContinuousClock.Instant?
    /// The callers that wait for a round that has not started yet.
    var waiting: [RoundWaiter] = []
    var isRoundWanted = false
    /// The start of the last complete round, in seconds since 1970.
    var freshAt = 0
    var isClosed = false
  }

  /// The maximum number of changes that are applied at once.
  static let batch = 1000

  /// Creates a feed. Nothing is read before the first round.
  ///
  /// - Parameters:
  ///   - cleanUp: Called every hour to delete old changes.
  ///   - jobsChanged: Called when another process may have changed a job.
  ///   - foundWrongRows: Called with faulty rows that the follower has read.
  init(
    _ server: ChangeLogServer, _ follower: any StoreFollower,
    cleanUp: @escaping @Sendable () -> Void = {},
    jobsChanged: @escaping @Sendable () -> Void = {},
    foundWrongRows: @escaping @Sendable (WrongRows) -> Void = { _ in }
  ) {
    lane = PostgresLane("changes", server.outage) { try PostgresConnection(server.address) }
    listener = ChangeListener(address: server.address, hourly: cleanUp, jobsChanged: jobsChanged)
    self.follower = Store.WeakFollower(follower)
    self.foundWrongRows = foundWrongRows
  }

  deinit { listener.stop() }

  /// Runs the first round, which reads everything, and then starts to follow changes.
  func start() throws(StoreError) {
    try queue.sync { self.round() }.get()
    state.withLock { $0.freshAt = time(nil) }
    listener.start { [weak self] in self?.wantRound() }
  }

  /// Waits until the follower has applied all changes that were committed before the call.
  ///
  /// - Parameter limit: The maximum time to wait.
  /// - Returns: Nil if the follower is up to date. Otherwise the time of the state that it has, in seconds since 1970.
  func refresh(within limit: Duration) async -> Int? {
    let isFresh = await withCheckedContinuation { continuation in
      let waiter = RoundWaiter(continuation)
      let isExpected = state.withLock { state in
        // If the running round has already taken longer than `limit`, the server does not respond. Further callers then
        // do not wait.
        let isSilent = state.roundStart.map { $0.duration(to: .now) > limit } ?? false
        guard !state.isClosed, !isSilent else { return false }
        state.waiting.append(waiter)
        return true
      }
      guard isExpected else { return waiter.resume(false) }
      wantRound()
      let (seconds, attoseconds) = limit.components
      let nanoseconds = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
      DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(nanoseconds)) {
        waiter.resume(false)
      }
    }
    return isFresh ? nil : state.withLock(\.freshAt)
  }

  /// Stops the feed. Waiting callers get the result that the follower is not up to date.
  func stop() {
    listener.stop()
    let waiting = state.withLock { state in
      state.isClosed = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for waiter in waiting { waiter.resume(false) }
    lane.close()
  }

  /// Starts a round. If a round is running, another one follows it.
  private func wantRound() {
    let starts = state.withLock { state in
      guard !state.isClosed else { return false }
      state.isRoundWanted = true
      guard state.roundStart == nil else { return false }
      state.roundStart = .now
      return true
    }
    if starts { queue.async { self.runRounds() } }
  }

  private func runRounds() {
    while true {
      let waiting = state.withLock { state -> [RoundWaiter]? in
        guard state.isRoundWanted, !state.isClosed else {
          state.roundStart = nil
          return nil
        }
        state.isRoundWanted = false
        state.roundStart = .now
        defer { state.waiting = [] }
        return state.waiting
      }
      guard let waiting else { return }
      let start = time(nil)
      let isFresh = (try? round().get()) != nil
      if isFresh { state.withLock { $0.freshAt = start } }
      for waiter in waiting { waiter.resume(isFresh) }
    }
  }

  /// Applies all changes that have been committed so far.
  private func round() -> Result<Void, StoreError> {
    guard let follower = follower.value else { return .success(()) }
    return Result { () throws(StoreError) in
      guard try !isUpToDate() else { return }
      var isComplete = false
      while !isComplete {
        let wrongRows = try lane.run(.repeatableRead, isReadOnly: true) { database in
          let snapshot = StoreSnapshot(database)
          isComplete = try advance(follower, from: snapshot)
          return snapshot.wrongRows
        }.get()
        foundWrongRows(wrongRows)
      }
    }
  }

  /// Returns whether the log has no new changes.
  private func isUpToDate() throws(StoreError) -> Bool {
    guard let known = state.withLock(\.known) else { return false }
    return try lane.runAlone {
      try ChangeLog.changes(after: known, limit: 1, in: $0)?.changes.isEmpty ?? false
    }.get()
  }

  /// Applies all changes of a snapshot, but at most ``batch``.
  ///
  /// - Returns: False if more changes may follow.
  private func advance(_ follower: any StoreFollower, from snapshot: StoreSnapshot) throws -> Bool {
    let known = state.withLock { state in
      // If this function throws, the follower may have applied a part of the changes.
      defer { state.known = nil }
      return state.known
    }
    guard let known,
      let log = try ChangeLog.changes(after: known, limit: Self.batch, in: snapshot.database),
      !log.changes.contains(where: { $0.kind == .losses })
    else {
      let newest = try ChangeLog.newest(snapshot.database)
      try follower.reload(from: snapshot)
      state.withLock { $0.known = newest }
      return true
    }
    try follower.apply(StoreChanges(log.changes), from: snapshot)
    state.withLock { $0.known = log.last }
    return log.changes.count < Self.batch
  }
}

/// The server on which a feed reads the change log.
struct ChangeLogServer: Sendable {
  /// The address of the database.
  let address: String
  let outage: ServerOutage
}

/// A caller that waits until a round ends or a time limit passes, whichever comes first.
private final class RoundWaiter: Sendable {
  private let continuation: Mutex<CheckedContinuation<Bool, Never>?>

  init(_ continuation: CheckedContinuation<Bool, Never>) { self.continuation = Mutex(continuation) }

  func resume(_ isFresh: Bool) {
    let waiting = continuation.withLock { continuation in
      defer { continuation = nil }
      return continuation
    }
    waiting?.resume(returning: isFresh)
  }
}
