/// What a key may do. A route that needs none is open to all.
public enum Scope: String, Sendable, CaseIterable {
  /// Send volumes and texts, and have the answer; ask about a volume whose id is known.
  case infer
  /// See and search what is kept, embeddings too.
  case read
  /// Keep, change and erase.
  case write
  /// Change how the service answers others.
  case admin
  /// See what the service measures of itself; clients on this machine need no key for that.
  case metrics
}
