import Synchronization

/// Limits the bytes of all bodies that handlers hold in memory. Files are in the spool and do not
/// count.
final class HeldBytes: Sendable {
  private let limit: Int
  private let held = Mutex(0)

  init(limit: Int) { self.limit = limit }

  /// Reserves bytes; ``giveBack(_:)`` must follow.
  ///
  /// - Returns: False if fewer are left. A single body always passes.
  func take(_ count: Int) -> Bool {
    held.withLock { held in
      guard held == 0 || held <= limit - count else { return false }
      held += count
      return true
    }
  }

  /// Gives back bytes.
  func giveBack(_ count: Int) { held.withLock { $0 -= count } }
}

extension Request.Body {
  /// Bytes that a handler reads into memory: fields of a form, bodies of types with their own
  /// limit, and the policy's number for others.
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
