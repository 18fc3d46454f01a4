import Synchronization

/// How many bytes of bodies handlers hold in memory, all together. Files lie in the spool and do not count.
final class HeldBytes: Sendable {
  private let limit: Int
  private let held = Mutex(0)

  init(limit: Int) { self.limit = limit }

  /// Takes so many bytes, to be given back later.
  ///
  /// - Returns: False if that is more than is left. One body alone is always let in.
  func take(_ count: Int) -> Bool {
    held.withLock { held in
      guard held == 0 || held <= limit - count else { return false }
      held += count
      return true
    }
  }

  /// Gives back what was taken.
  func giveBack(_ count: Int) { held.withLock { $0 -= count } }
}

extension Request.Body {
  /// Bytes that a handler reads into memory: fields of a form, bodies of types that have a limit of their own, and
  /// what a policy says of others.
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
