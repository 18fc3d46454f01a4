internal import Synchronization

/// A place in a queue, taken before the work for it arrives.
///
/// It goes back exactly once: the work uses it up, or its holder gives it back, at the latest when nobody holds it
/// any more.
public final class Place: Sendable {
  private let isHeld: Atomic<Bool>
  private let onReturn: @Sendable () -> Void

  package init(isHeld: Bool = true, onReturn: @escaping @Sendable () -> Void) {
    self.isHeld = Atomic(isHeld)
    self.onReturn = onReturn
  }

  /// For work that has waited elsewhere: it is counted while it waits, and never refused.
  public static var accepted: Place { Place(isHeld: false) {} }

  /// Hands the place over to the work that it was taken for.
  ///
  /// - Returns: False if it was given back or handed over before.
  package func use() -> Bool { isHeld.exchange(false, ordering: .acquiringAndReleasing) }

  /// Gives the place back if it is still held.
  public func giveBack() { if use() { onReturn() } }

  deinit { giveBack() }
}
