internal import Synchronization

/// A place in a queue, reserved before its work arrives.
///
/// The place is released when its work uses it, when its holder gives it back, or when the last reference goes away,
/// whichever comes first.
public final class Place: Sendable {
  private let isHeld: Atomic<Bool>
  private let onReturn: @Sendable () -> Void

  package init(isHeld: Bool = true, onReturn: @escaping @Sendable () -> Void) {
    self.isHeld = Atomic(isHeld)
    self.onReturn = onReturn
  }

  /// A place for work that was already accepted after waiting in another queue. Such work counts as waiting in this
  /// queue but is never refused.
  public static var accepted: Place { Place(isHeld: false) {} }

  /// Hands the place to the work that it was reserved for.
  ///
  /// - Returns: False if the place was already used or given back.
  package func use() -> Bool { isHeld.exchange(false, ordering: .acquiringAndReleasing) }

  /// Gives the place back if it is still held.
  public func giveBack() { if use() { onReturn() } }

  deinit { giveBack() }
}
