import Synchronization
import Testing

@testable import Storage

/// How long calls wait for a server that does not respond.
@Suite struct ServerOutageTests {
  private struct Unreachable: Error {}

  @Test func inALongOutageCallsFailAtOnceUntilTheServerIsReached() async throws {
    let attempts = Signals()
    let isServerThere = Mutex(false)
    let outage = ServerOutage {
      attempts.raise()
      if !isServerThere.withLock(\.self) { throw Unreachable() }
    }
    let beginning = ContinuousClock.now
    #expect(!outage.wasNoted(since: beginning))
    outage.note()
    #expect(outage.wasNoted(since: beginning))
    #expect(await holdsSoon { !outage.isWorthTrying(since: .now) })
    #expect(beginning.duration(to: .now) >= ServerOutage.patience)
    #expect(await holdsSoon { attempts.count > 3 })
    // A call that started before the outage has waited long enough, too.
    #expect(!outage.isWorthTrying(since: beginning))
    isServerThere.withLock { $0 = true }
    #expect(await holdsSoon { outage.isWorthTrying(since: .now) })
    let count = attempts.count
    try await Task.sleep(for: .seconds(1))
    #expect(attempts.count == count)
    // The time of the last failure is still known.
    #expect(outage.wasNoted(since: beginning))
  }

  @Test func aClosedEngineMakesNoAttempts() async throws {
    let attempts = Signals()
    let closed = ServerOutage { attempts.raise() }
    closed.close()
    closed.note()
    try await Task.sleep(for: .seconds(1))
    #expect(attempts.count == 0)
  }
}
