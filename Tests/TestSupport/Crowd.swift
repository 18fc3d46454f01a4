internal import Synchronization

/// Counts who is in at the same time.
public final class Crowd: Sendable {
  private let counts = Mutex((now: 0, most: 0, entered: 0))

  public init() {}

  public func enter() {
    counts.withLock {
      $0.now += 1
      $0.entered += 1
      $0.most = max($0.most, $0.now)
    }
  }

  public func leave() { counts.withLock { $0.now -= 1 } }

  public var most: Int { counts.withLock { $0.most } }
  public var entered: Int { counts.withLock { $0.entered } }
}
