/// A permission of a key. Open routes require none.
public enum Scope: String, Sendable, CaseIterable {
  /// Send volumes and texts and get the results. Ask about a volume whose id is known.
  case infer
  /// Read and search stored data, including embeddings.
  case read
  /// Store, change and delete data.
  case write
  /// Change the service's responses to other clients.
  case admin
  /// Read the service's metrics; local clients need no key for that.
  case metrics
}
