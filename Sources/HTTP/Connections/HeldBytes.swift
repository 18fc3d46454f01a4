import Synchronization

/// Limits the memory of all bodies of one kind, for example the request bodies that handlers hold. Files in the spool
/// do not count.
final class HeldBytes: Sendable {
  private let limit: Int
  private let held = Mutex(0)

  init(limit: Int) { self.limit = limit }

  /// Reserves bytes. The caller must release them with ``giveBack(_:)``.
  ///
  /// - Returns: False if too few bytes are left. If no bytes are reserved, a request of any size succeeds.
  func take(_ count: Int) -> Bool {
    held.withLock { held in
      guard held == 0 || held <= limit - count else { return false }
      held += count
      return true
    }
  }

  /// Releases reserved bytes.
  func giveBack(_ count: Int) { held.withLock { $0 -= count } }
}

extension Request.Body {
  /// Number of bytes that a handler reads into memory. In a form, only the fields count. A file counts in full if its
  /// media type has its own limit. Otherwise, it counts at most the policy's `memoryBytes`.
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
