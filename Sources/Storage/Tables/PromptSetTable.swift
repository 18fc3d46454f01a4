import GRDB

/// Prompt sets, all versions.
enum PromptSetTable {
  static let columns = "number, name, version, created_at, checksum, document FROM prompt_set"

  /// The record of a row of ``columns``; nil if the row is wrong.
  static func record(_ row: some RowColumns) -> PromptSetRecord? {
    guard let name = row.text(1), let version = row.integer(2), let createdAt = row.integer(3),
      let document = row.bytes(5)
    else { return nil }
    let record = PromptSetRecord(
      name: name, version: version, createdAt: createdAt, document: document)
    return row.integer(4) == checksum(of: record) ? record : nil
  }

  /// Inserts a version, or replaces the one with its number.
  static func put(_ record: PromptSetRecord, in database: Database) throws {
    try database.run(
      """
      INSERT OR REPLACE INTO prompt_set (name, version, created_at, checksum, document)
        VALUES (?, ?, ?, ?, ?)
      """,
      [
        .text(record.name), .integer(record.version), .integer(record.createdAt),
        .integer(checksum(of: record)), .bytes(record.document),
      ])
  }

  private static func checksum(of record: PromptSetRecord) -> Int {
    var checksum = RowChecksum("prompts")
    checksum.add(record.name)
    checksum.add(record.version)
    checksum.add(record.createdAt)
    checksum.add(record.document)
    return checksum.value
  }
}
