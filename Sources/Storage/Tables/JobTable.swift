import GRDB

/// Jobs.
enum JobTable {
  static let columns =
    "number, id, created_at, ended_at, repetition_key, checksum, document FROM job"

  /// The record of a row of ``columns``; nil if the row is wrong.
  static func record(_ row: some RowColumns) -> JobRecord? {
    guard let id = row.text(1), let createdAt = row.integer(2), let document = row.bytes(6)
    else { return nil }
    let record = JobRecord(
      id: id, createdAt: createdAt, endedAt: row.integer(3), repetitionKey: row.bytes(4),
      document: document)
    return row.integer(5) == checksum(of: record) ? record : nil
  }

  /// Inserts a job after all others.
  static func insert(_ record: JobRecord, in database: Database) throws {
    try database.run(
      """
      INSERT INTO job (id, created_at, ended_at, repetition_key, checksum, document)
        VALUES (?, ?, ?, ?, ?, ?)
      """,
      [
        .text(record.id), .integer(record.createdAt), .optional(record.endedAt),
        record.repetitionKey.map(SQLValue.bytes) ?? .null, .integer(checksum(of: record)),
        .bytes(record.document),
      ])
  }

  /// Changes an unfinished job, which retains its place; an ended job stays unchanged.
  static func update(_ record: JobRecord, in database: Database) throws {
    try database.run(
      "UPDATE job SET ended_at = ?, checksum = ?, document = ? WHERE id = ? AND ended_at IS NULL",
      [
        .optional(record.endedAt), .integer(checksum(of: record)), .bytes(record.document),
        .text(record.id),
      ])
  }

  private static func checksum(of record: JobRecord) -> Int {
    var checksum = RowChecksum("job")
    checksum.add(record.id)
    checksum.add(record.createdAt)
    // Distinguishes a time of 0 from no time.
    checksum.add(record.endedAt == nil ? 0 : 1)
    checksum.add(record.endedAt ?? 0)
    checksum.add(record.repetitionKey == nil ? 0 : 1)
    checksum.add(record.repetitionKey ?? [])
    checksum.add(record.document)
    return checksum.value
  }
}
