extension Store {
  /// Adds a report. It replaces an existing report with the same id.
  ///
  /// - Parameter committed: Called after the report is stored and before the next change.
  /// - Throws: ``StoreError/unfit`` if the embedding does not fit its space, and the errors of every write.
  public func addReport(
    _ record: ReportRecord, committed: @escaping @Sendable () -> Void = {}
  ) async throws(StoreError) {
    guard record.values.fits(record.space) else { throw .unfit }
    try await writing(isOrdered: true, committed: committed) { database, _ in
      _ = try ReportRecord.table.insert(record, or: .replace, in: database)
      database.note(StoreChange(kind: .report, id: record.id))
    }
  }

  /// Returns the report with an id; nil if it does not exist.
  public func report(id: String) async throws(StoreError) -> ReportRecord? {
    try await reading { database, wrongRows in
      try ReportRecord.table.first(
        "WHERE id = ?", [.text(id)], spaces: EmbeddingSpace.all(in: database), in: database,
        &wrongRows)?.record
    }
  }

  /// Returns reports, newest first. Order and paging work as in ``volumes(after:limit:tag:)``.
  public func reports(after cursor: RecordCursor? = nil, limit: Int) async throws(StoreError)
    -> [ReportRecord]
  {
    try await reading { database, wrongRows in
      try ReportRecord.table.page(
        after: cursor, limit: limit, spaces: EmbeddingSpace.all(in: database), in: database,
        &wrongRows)
    }
  }

  /// Deletes a report and overwrites its data with zeros in the store's file and its log.
  ///
  /// - Parameter committed: Called after the deletion and before the next change.
  /// - Returns: Whether the report existed.
  public func deleteReport(
    id: String, committed: @escaping @Sendable () -> Void = {}
  ) async throws(StoreError) -> Bool {
    try await writing(erasing: true, isOrdered: true, committed: { _ in committed() }) {
      database, _ in
      let isKnown = try StoredTable.report.delete(where: "id = ?", [.text(id)], in: database)
      if isKnown { database.note(StoreChange(kind: .report, id: id)) }
      return isKnown
    }
  }
}

extension StoreSnapshot {
  /// Passes each report of a space to `body`.
  ///
  /// - Parameter ids: The ids of the reports to pass; nil to pass all reports in order of id.
  public func forEachReport(
    space: EmbeddingSpace, ids: Set<String>? = nil, _ body: (ReportRecord) -> Void
  ) throws {
    guard let number = try space.number(in: database) else { return }
    let lists = ids.map { IDList.lists(of: $0).map(Optional.some) } ?? [nil]
    for list in lists {
      let condition = list.map { "AND id IN (\($0.places))" } ?? ""
      try ReportRecord.table.forEach(
        "WHERE space = ? \(condition) ORDER BY id", [.integer(number)] + (list?.values ?? []),
        spaces: [number: space], streams: list == nil, in: database, &wrongRows
      ) { _, record, _ in
        body(record)
        return true
      }
    }
  }
}
