extension Store {
  /// Adds a report, or replaces the report with the same id.
  ///
  /// - Parameter committed: Called after the report is stored and before the next change.
  public func addReport(
    _ record: ReportRecord, committed: @escaping @Sendable () -> Void = {}
  ) async throws(StoreError) {
    guard record.values.fits(record.space) else { throw .unfit }
    try await writing(committed: committed) { database, _ in
      _ = try ReportRecord.table.insert(record, or: .replace, in: database)
    }
  }

  /// The report with an id.
  public func report(id: String) async throws(StoreError) -> ReportRecord? {
    try await reading { database, wrongRows in
      try ReportRecord.table.first(
        "WHERE id = ?", [.text(id)], spaces: EmbeddingSpace.all(in: database), in: database,
        &wrongRows)?.record
    }
  }

  /// Returns reports, newest first. The order and the paging are those of ``volumes(after:limit:tag:)``.
  public func reports(after cursor: RecordCursor? = nil, limit: Int) async throws(StoreError)
    -> [ReportRecord]
  {
    try await reading { database, wrongRows in
      try ReportRecord.table.page(
        after: cursor, limit: limit, spaces: EmbeddingSpace.all(in: database), in: database,
        &wrongRows)
    }
  }

  /// Passes every report of a space to `body`, in order of id, from one state of the store. Runs on
  /// the caller's thread; `body` must not call the store.
  public func forEachReport(space: EmbeddingSpace, _ body: (ReportRecord) -> Void)
    throws(StoreError)
  {
    try readingNow { database, wrongRows in
      guard let number = try space.number(in: database) else { return }
      try ReportRecord.table.forEach(
        "WHERE space = ? ORDER BY id", [.integer(number)], spaces: [number: space],
        streams: true, in: database, &wrongRows
      ) { _, record, _ in
        body(record)
        return true
      }
    }
  }

  /// Deletes a report and overwrites it with zeros in the file and the log.
  ///
  /// - Parameter committed: Called after the deletion and before the next change.
  /// - Returns: Whether the report existed.
  public func deleteReport(
    id: String, committed: @escaping @Sendable () -> Void = {}
  ) async throws(StoreError) -> Bool {
    try await writing(erasing: true, committed: { _ in committed() }) { database, _ in
      try StoredTable.report.delete(where: "id = ?", [.text(id)], in: database)
    }
  }
}
