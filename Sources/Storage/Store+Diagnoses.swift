import GRDB

extension Store {
  /// Adds a diagnosis of a volume that is stored, or puts it in the place of the one with its id.
  ///
  /// - Returns: Whether the volume is stored; if not, nothing was added.
  public func addDiagnosis(_ record: DiagnosisRecord) async throws(StoreError) -> Bool {
    try await writing { database, _ in
      let volume = try database.firstRow(
        "SELECT 1 FROM volume WHERE id = ?", [.text(record.volumeID)]
      ) { _ in true }
      guard volume != nil else { return false }
      try DiagnosisTable.put(record, in: database)
      return true
    }
  }

  /// The diagnosis with an id.
  public func diagnosis(id: String) async throws(StoreError) -> DiagnosisRecord? {
    try await reading { database, findings in
      try database.firstRow("SELECT \(DiagnosisTable.columns) WHERE id = ?", [.text(id)]) { row in
        let record = DiagnosisTable.record(row)
        if record == nil { findings.note(row, in: .diagnosis) }
        return record
      } ?? nil
    }
  }
}
