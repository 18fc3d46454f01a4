/// A permission that a key can grant. Open routes require no scope.
public enum Scope: String, Sendable, CaseIterable {
  /// Send volumes and texts, and get the results. Also covers requests about a volume whose id is known.
  case infer
  /// Read and search stored data, including embeddings.
  case read
  /// Store, change and delete data.
  case write
  /// Change settings that affect the responses to other clients.
  case admin
  /// Read the service's metrics. Local clients need no key for this.
  case metrics
}
