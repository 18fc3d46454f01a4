extension Store {
  /// Stores a new version of a prompt set. Storing the newest document again changes nothing.
  ///
  /// - Parameter createdAt: The current time, in seconds since 1970.
  /// - Parameter committed: Called with the stored version before the next change.
  /// - Returns: The stored version. Of the older versions, only the previous one remains in the store.
  public func putPromptSet(
    _ name: String, document: [UInt8], createdAt: Int,
    committed: @escaping @Sendable (PromptSetRecord) -> Void = { _ in }
  ) async throws(StoreError) -> PromptSetRecord {
    try await writing(isOrdered: true, committed: committed) { database, wrongRows in
      let known = try Self.promptSet(name, in: database, &wrongRows)
      if let known, known.document == document { return known }
      // A damaged row is included here, so that its version number is not used again.
      let last = try database.integer(
        "SELECT max(version) FROM prompt_set WHERE name = ?", [.text(name)])
      let record = PromptSetRecord(
        name: name, version: (last ?? 0) + 1, createdAt: createdAt, document: document)
      try PromptSetRecord.table.insert(record, or: .replace, in: database)
      // Keeps the previous version, in case the newest one becomes damaged.
      try StoredTable.promptSet.delete(
        where: "name = ? AND version < ?", [.text(name), .integer(record.version - 1)],
        in: database)
      database.note(StoreChange(kind: .promptSet, id: name))
      return record
    }
  }

  /// Returns the newest version of a prompt set; nil if the set does not exist.
  public func promptSet(_ name: String) async throws(StoreError) -> PromptSetRecord? {
    try await reading { try Self.promptSet(name, in: $0, &$1) }
  }

  /// Deletes all versions of a prompt set.
  ///
  /// - Parameter committed: Called after the deletion and before the next change.
  /// - Returns: Whether the set existed.
  public func deletePromptSet(
    _ name: String, committed: @escaping @Sendable () -> Void = {}
  ) async throws(StoreError) -> Bool {
    try await writing(isOrdered: true, committed: { _ in committed() }) { database, _ in
      let isKnown = try StoredTable.promptSet.delete(
        where: "name = ?", [.text(name)], in: database)
      if isKnown { database.note(StoreChange(kind: .promptSet, id: name)) }
      return isKnown
    }
  }

  fileprivate static func promptSet(
    _ name: String, in database: any StoreConnection, _ wrongRows: inout WrongRows
  ) throws -> PromptSetRecord? {
    try PromptSetRecord.table.first(
      "WHERE name = ? ORDER BY version DESC", [.text(name)], in: database, &wrongRows)?.record
  }
}

extension StoreSnapshot {
  /// Returns the newest version of each prompt set, sorted by the bytes of the names.
  public func promptSets() throws -> [PromptSetRecord] {
    var names: [String] = []
    try database.forEachRow("SELECT DISTINCT name FROM prompt_set ORDER BY name") { row in
      if let name = row.text(0) { names.append(name) }
      return true
    }
    return try names.compactMap { try Store.promptSet($0, in: database, &wrongRows) }
  }
}
