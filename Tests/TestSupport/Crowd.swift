internal import Synchronization

/// Counts tasks that are inside at the same time.
public final class Crowd: Sendable {
  private let counts = Mutex((now: 0, most: 0, entered: 0))

  /// A crowd with nobody in it.
  public init() {}

  /// Counts one more task.
  public func enter() {
    counts.withLock {
      $0.now += 1
      $0.entered += 1
      $0.most = max($0.most, $0.now)
    }
  }

  /// Counts one task less.
  public func leave() { counts.withLock { $0.now -= 1 } }

  /// The largest number of tasks inside at once.
  public var most: Int { counts.withLock { $0.most } }
  /// Number of tasks that have entered so far.
  public var entered: Int { counts.withLock { $0.entered } }
}
