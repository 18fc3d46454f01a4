import GRDB

/// Diagnoses.
enum DiagnosisTable {
  static let columns = "number, id, created_at, volume_id, checksum, document FROM diagnosis"

  /// The record of a row of ``columns``; nil if the row is wrong.
  static func record(_ row: some RowColumns) -> DiagnosisRecord? {
    guard let id = row.text(1), let createdAt = row.integer(2), let volumeID = row.text(3),
      let document = row.bytes(5)
    else { return nil }
    let record = DiagnosisRecord(
      id: id, createdAt: createdAt, volumeID: volumeID, document: document)
    return row.integer(4) == checksum(of: record) ? record : nil
  }

  /// Inserts a diagnosis, or replaces the one with its id.
  static func put(_ record: DiagnosisRecord, in database: Database) throws {
    try database.run(
      """
      INSERT OR REPLACE INTO diagnosis (id, created_at, volume_id, checksum, document)
        VALUES (?, ?, ?, ?, ?)
      """,
      [
        .text(record.id), .integer(record.createdAt), .text(record.volumeID),
        .integer(checksum(of: record)), .bytes(record.document),
      ])
  }

  private static func checksum(of record: DiagnosisRecord) -> Int {
    var checksum = RowChecksum("diagnosis")
    checksum.add(record.id)
    checksum.add(record.createdAt)
    checksum.add(record.volumeID)
    checksum.add(record.document)
    return checksum.value
  }
}
