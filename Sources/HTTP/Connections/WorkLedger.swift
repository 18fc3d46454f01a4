import Synchronization

/// Counts the current requests, so that the server can stop after the last one.
///
/// libmicrohttpd aborts the process if it is stopped while a connection is suspended. It must also not be stopped
/// during a call that resumes a connection. The server waits until neither is the case.
final class WorkLedger: Sendable {
  enum Phase: Int, Comparable {
    case serving
    /// The server refuses new work. Probes and current work continue.
    case draining
    /// The server no longer allows connections to be suspended.
    case closing

    static func < (first: Phase, second: Phase) -> Bool { first.rawValue < second.rawValue }
  }

  private struct State {
    var phase = Phase.serving
    var exchangeCount = 0
    /// The suspended requests, each with its number of open suspensions. The number can be 2, because the next
    /// suspension may begin before the end of the previous one is reported.
    var suspended: [ObjectIdentifier: (exchange: Exchange, count: Int)] = [:]
    var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    var nextWaiter = 0
    /// Tickets whose time limit expired before their waiter was registered.
    var expired: Set<Int> = []

    var isIdle: Bool { exchangeCount == 0 && suspended.isEmpty }

    mutating func takeWaitersIfIdle() -> [CheckedContinuation<Void, Never>] {
      guard isIdle else { return [] }
      defer { waiters = [:] }
      return Array(waiters.values)
    }
  }

  private let state = Mutex(State())

  var phase: Phase { state.withLock(\.phase) }

  /// Number of current requests.
  var exchangeCount: Int { state.withLock(\.exchangeCount) }

  /// Enters a phase, unless a later phase was already entered.
  func enter(_ phase: Phase) {
    state.withLock { $0.phase = max($0.phase, phase) }
  }

  func begin() {
    state.withLock { $0.exchangeCount += 1 }
  }

  func end() {
    let waiters = state.withLock {
      $0.exchangeCount -= 1
      return $0.takeWaitersIfIdle()
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Begins a suspension of `exchange`, unless the server is in a later phase than `phase`. The caller must call
  /// ``endSuspension(of:)`` afterwards.
  ///
  /// - Returns: False if the exchange must not be suspended.
  func beginSuspension(of exchange: Exchange, until phase: Phase = .draining) -> Bool {
    state.withLock {
      guard $0.phase <= phase else { return false }
      $0.suspended[ObjectIdentifier(exchange), default: (exchange, 0)].count += 1
      return true
    }
  }

  /// Ends a suspension of `exchange`. Call this only after the resume call has returned.
  func endSuspension(of exchange: Exchange) {
    let waiters = state.withLock {
      let count = ($0.suspended[ObjectIdentifier(exchange)]?.count ?? 0) - 1
      $0.suspended[ObjectIdentifier(exchange)] = count > 0 ? (exchange, count) : nil
      return $0.takeWaitersIfIdle()
    }
    for waiter in waiters { waiter.resume() }
  }

  /// The requests that are suspended now.
  var suspended: [Exchange] { state.withLock { $0.suspended.values.map(\.exchange) } }

  /// True if no request is suspended. Only then may libmicrohttpd be stopped.
  var isStoppable: Bool { state.withLock(\.suspended.isEmpty) }

  /// Returns when all current requests have ended, but at the latest after `allowance`.
  func waitUntilIdle(atMost allowance: Duration) async {
    let ticket = state.withLock {
      $0.nextWaiter += 1
      return $0.nextWaiter
    }
    let alarm = Task {
      do {
        try await Task.sleep(for: allowance)
        release(ticket)
      } catch {
        // The alarm was cancelled, because the wait has already ended.
      }
    }
    await withCheckedContinuation { continuation in
      let isOver = state.withLock {
        let isOver = $0.isIdle || $0.expired.remove(ticket) != nil
        if !isOver { $0.waiters[ticket] = continuation }
        return isOver
      }
      if isOver { continuation.resume() }
    }
    alarm.cancel()
  }

  private func release(_ ticket: Int) {
    let waiter = state.withLock {
      let waiter = $0.waiters.removeValue(forKey: ticket)
      if waiter == nil { $0.expired.insert(ticket) }
      return waiter
    }
    waiter?.resume()
  }
}
