import GRDB

/// Reports and their embeddings.
enum ReportTable {
  static let columns = """
    number, id, created_at, space, checksum, floats, tags, text, encoded_text, document FROM report
    """

  /// The record of a row of ``columns``; nil if the row is wrong.
  static func record(_ row: some RowColumns, spaces: [Int: EmbeddingSpace]) -> ReportRecord? {
    guard let id = row.text(1), let createdAt = row.integer(2),
      let space = row.integer(3).flatMap({ spaces[$0] }),
      let values = row.floats(5, count: space.components),
      let tags = row.withBytes(6, MetadataBytes.tags) ?? nil, let document = row.bytes(9)
    else { return nil }
    let record = ReportRecord(
      id: id, createdAt: createdAt, text: row.text(7), encodedText: row.text(8),
      document: document, tags: tags, values: values, space: space)
    return row.integer(4) == checksum(of: record) ? record : nil
  }

  /// Inserts a report, or replaces the one with its id.
  static func put(_ record: ReportRecord, in database: Database) throws {
    let space = try SpaceTable.add(record.space, to: database)
    try database.run(
      """
      INSERT OR REPLACE INTO report (id, created_at, space, checksum, floats, tags, text,
        encoded_text, document) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .text(record.id), .integer(record.createdAt), .integer(space),
        .integer(checksum(of: record)), .floats(record.values),
        .bytes(MetadataBytes.encode(record.tags)), .optional(record.text),
        .optional(record.encodedText), .bytes(record.document),
      ])
  }

  private static func checksum(of record: ReportRecord) -> Int {
    var checksum = RowChecksum("report")
    checksum.add(record.id)
    checksum.add(record.createdAt)
    checksum.add(record.space)
    checksum.add(record.values)
    checksum.add(MetadataBytes.encode(record.tags))
    checksum.add(record.text)
    checksum.add(record.encodedText)
    checksum.add(record.document)
    return checksum.value
  }
}
