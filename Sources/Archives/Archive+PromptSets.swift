public import Storage
internal import Synchronization

extension Archive {
  /// The maximum number of custom prompt sets.
  public static let promptSetLimit = 256

  /// The custom prompt sets, sorted by name.
  public var siteSets: [PromptSetRecord] {
    promptSets.withLock { Array($0.values) }
      .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  /// Returns the custom prompt set called `name`; nil if it does not exist.
  public func promptSet(_ name: String) -> PromptSetRecord? {
    promptSets.withLock { $0[name] }
  }

  /// Adds or replaces a prompt set. Storing the same document again changes nothing.
  ///
  /// - Returns: The set with its version; nil if the set is new but ``promptSetLimit`` is reached.
  public func putPromptSet(
    _ name: String, document: [UInt8], at time: Int
  ) async throws(StoreError) -> PromptSetRecord? {
    let isRoom = promptSets.withLock { $0[name] != nil || $0.count < Self.promptSetLimit }
    guard isRoom else { return nil }
    return try await store.putPromptSet(name, document: document, createdAt: time) { [self] set in
      promptSets.withLock { $0[name] = set }
    }
  }

  /// Deletes all versions of a prompt set.
  ///
  /// - Returns: True if the prompt set existed.
  public func deletePromptSet(_ name: String) async throws(StoreError) -> Bool {
    try await store.deletePromptSet(name) { [self] in
      promptSets.withLock { $0[name] = nil }
    }
  }
}
