internal import Synchronization

/// A place in a queue, reserved before its work arrives.
///
/// It is freed exactly once: when the work uses it, when its holder gives it back, or when its last
/// reference is released.
public final class Place: Sendable {
  private let isHeld: Atomic<Bool>
  private let onReturn: @Sendable () -> Void

  package init(isHeld: Bool = true, onReturn: @escaping @Sendable () -> Void) {
    self.isHeld = Atomic(isHeld)
    self.onReturn = onReturn
  }

  /// A place for work that has waited in another queue. It counts while it waits, and is never
  /// refused.
  public static var accepted: Place { Place(isHeld: false) {} }

  /// Hands the place over to the work that it was taken for.
  ///
  /// - Returns: False if it was given back or handed over before.
  package func use() -> Bool { isHeld.exchange(false, ordering: .acquiringAndReleasing) }

  /// Gives the place back if it is still held.
  public func giveBack() { if use() { onReturn() } }

  deinit { giveBack() }
}
