import GRDB

extension Store {
  /// Adds a report, or replaces the one with its id.
  ///
  /// - Parameter committed: Called once the report is stored, before the next change.
  public func addReport(
    _ record: ReportRecord, committed: @escaping @Sendable () -> Void = {}
  ) async throws(StoreError) {
    guard record.values.fits(record.space) else { throw .unfit }
    try await writing(committed: committed) { database, _ in
      try ReportTable.put(record, in: database)
    }
  }

  /// The report with an id.
  public func report(id: String) async throws(StoreError) -> ReportRecord? {
    try await reading { database, wrongRows in
      let spaces = try SpaceTable.all(in: database)
      return try database.firstRow("SELECT \(ReportTable.columns) WHERE id = ?", [.text(id)]) {
        row in
        let record = ReportTable.record(row, spaces: spaces)
        if record == nil { wrongRows.add(row, in: .report) }
        return record
      } ?? nil
    }
  }

  /// Reports, newest first, in pages like those of ``volumes(after:limit:tag:)``.
  public func reports(after cursor: RecordCursor? = nil, limit: Int) async throws(StoreError)
    -> [ReportRecord]
  {
    try await reading { database, wrongRows in
      var records: [ReportRecord] = []
      guard limit > 0 else { return records }
      let filter = cursor == nil ? "" : "WHERE (created_at, id) < (?, ?)"
      let values: [SQLValue] = cursor.map { [.integer($0.createdAt), .text($0.id)] } ?? []
      let spaces = try SpaceTable.all(in: database)
      try database.forEachRow(
        "SELECT \(ReportTable.columns) \(filter) ORDER BY created_at DESC, id DESC", values
      ) { row in
        if let record = ReportTable.record(row, spaces: spaces) {
          records.append(record)
        } else {
          wrongRows.add(row, in: .report)
        }
        return records.count < limit
      }
      return records
    }
  }

  /// Passes every report of a space to `body`, in order of id, from one state of the store. Runs on
  /// the caller's thread; `body` must not call the store.
  public func forEachReport(space: EmbeddingSpace, _ body: (ReportRecord) -> Void)
    throws(StoreError)
  {
    try readingNow { database, wrongRows in
      guard let number = try SpaceTable.number(of: space, in: database) else { return }
      try database.forEachRow(
        "SELECT \(ReportTable.columns) WHERE space = ? ORDER BY id", [.integer(number)]
      ) { row in
        if let record = ReportTable.record(row, spaces: [number: space]) {
          body(record)
        } else {
          wrongRows.add(row, in: .report)
        }
        return true
      }
    }
  }

  /// Deletes a report, overwriting it with zeros in the file and the log.
  ///
  /// - Parameter committed: Called once the report is deleted, before the next change.
  /// - Returns: Whether the report existed.
  public func deleteReport(
    id: String, committed: @escaping @Sendable () -> Void = {}
  ) async throws(StoreError) -> Bool {
    try await writing(erasing: true, committed: { _ in committed() }) { database, _ in
      try database.run("DELETE FROM report WHERE id = ?", [.text(id)])
      return database.changesCount > 0
    }
  }
}
