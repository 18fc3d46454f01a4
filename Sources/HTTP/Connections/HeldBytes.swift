import Synchronization

/// Limits the memory of all bodies of one kind, such as request bodies that handlers hold. Files in
/// the spool do not count.
final class HeldBytes: Sendable {
  private let limit: Int
  private let held = Mutex(0)

  init(limit: Int) { self.limit = limit }

  /// Reserves bytes; ``giveBack(_:)`` must follow.
  ///
  /// - Returns: False if too few bytes are left. If nothing is reserved, any number is accepted.
  func take(_ count: Int) -> Bool {
    held.withLock { held in
      guard held == 0 || held <= limit - count else { return false }
      held += count
      return true
    }
  }

  /// Ends a reservation.
  func giveBack(_ count: Int) { held.withLock { $0 -= count } }
}

extension Request.Body {
  /// Number of bytes that a handler reads into memory. For a form, these are its fields. A file counts fully if its
  /// type has its own limit. Otherwise, it counts at most the policy's `memoryBytes`.
  func heldByteCount(_ policy: BodyPolicy) -> Int {
    switch self {
    case .none: 0
    case .form(_, let fields): fields.values.reduce(0) { $0 + $1.count }
    case .file(let file):
      switch policy {
      case .none: 0
      case .upload(let upload):
        file.contentType.flatMap { upload.rawLimits[$0] } != nil
          ? file.byteCount : min(file.byteCount, upload.memoryBytes)
      }
    }
  }
}
