extension Store {
  /// Stores a prompt set. Storing the newest document again changes nothing.
  ///
  /// - Parameter createdAt: Now, in seconds since 1970.
  /// - Parameter committed: Called with the stored set before the next change.
  /// - Returns: The set with its version. Of the older versions, only the previous one stays stored.
  public func putPromptSet(
    _ name: String, document: [UInt8], createdAt: Int,
    committed: @escaping @Sendable (PromptSetRecord) -> Void = { _ in }
  ) async throws(StoreError) -> PromptSetRecord {
    try await writing(isOrdered: true, committed: committed) { database, wrongRows in
      let known = try Self.promptSet(name, in: database, &wrongRows)
      if let known, known.document == document { return known }
      // A damaged row also counts here, so that its version number is not reused.
      let last = try database.integer(
        "SELECT max(version) FROM prompt_set WHERE name = ?", [.text(name)])
      let record = PromptSetRecord(
        name: name, version: (last ?? 0) + 1, createdAt: createdAt, document: document)
      try PromptSetRecord.table.insert(record, or: .replace, in: database)
      // The previous version stays stored in case the newest is damaged later.
      try StoredTable.promptSet.delete(
        where: "name = ? AND version < ?", [.text(name), .integer(record.version - 1)],
        in: database)
      database.note(StoreChange(kind: .promptSet, id: name))
      return record
    }
  }

  /// Returns the newest version of a prompt set.
  public func promptSet(_ name: String) async throws(StoreError) -> PromptSetRecord? {
    try await reading { try Self.promptSet(name, in: $0, &$1) }
  }

  /// Returns all prompt sets, in order of their names' bytes. Runs on the caller's thread.
  public func promptSetsNow() throws(StoreError) -> [PromptSetRecord] {
    try readingNow { database, wrongRows in
      var names: [String] = []
      try database.forEachRow("SELECT DISTINCT name FROM prompt_set ORDER BY name") { row in
        if let name = row.text(0) { names.append(name) }
        return true
      }
      return try names.compactMap { try Self.promptSet($0, in: database, &wrongRows) }
    }
  }

  /// Deletes a prompt set.
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

  private static func promptSet(
    _ name: String, in database: any StoreConnection, _ wrongRows: inout WrongRows
  ) throws -> PromptSetRecord? {
    try PromptSetRecord.table.first(
      "WHERE name = ? ORDER BY version DESC", [.text(name)], in: database, &wrongRows)?.record
  }
}
