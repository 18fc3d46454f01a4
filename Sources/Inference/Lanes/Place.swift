internal import Synchronization

/// A place in a queue, reserved before its work arrives.
///
/// The place is held until its work uses it, its holder gives it back, or its last reference is
/// released, whichever comes first.
public final class Place: Sendable {
  private let isHeld: Atomic<Bool>
  private let onReturn: @Sendable () -> Void

  package init(isHeld: Bool = true, onReturn: @escaping @Sendable () -> Void) {
    self.isHeld = Atomic(isHeld)
    self.onReturn = onReturn
  }

  /// A place for work that has already waited in another queue. The work counts while it waits
  /// here, but it is never refused.
  public static var accepted: Place { Place(isHeld: false) {} }

  /// Hands the place over to the work for which it was reserved.
  ///
  /// - Returns: False if the place was given back or handed over before.
  package func use() -> Bool { isHeld.exchange(false, ordering: .acquiringAndReleasing) }

  /// Gives the place back if it is still held.
  public func giveBack() { if use() { onReturn() } }

  deinit { giveBack() }
}
