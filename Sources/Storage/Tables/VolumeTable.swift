import GRDB

/// Volumes and their tags.
enum VolumeTable {
  static let columns = """
    number, id, created_at, byte_count, input_digest, metadata_checksum, metadata, checksum, document
    FROM volume
    """

  /// Bytes of a SHA-256.
  static let digestBytes = 32

  /// The record of a row of ``columns``; nil if the row is wrong.
  static func record(_ row: some RowColumns) -> VolumeRecord? {
    guard let id = row.text(1), let createdAt = row.integer(2), let byteCount = row.integer(3),
      let inputDigest = row.bytes(4), inputDigest.count == digestBytes,
      let metadata = metadata(row, of: id, column: 6, checksum: 5), let document = row.bytes(8)
    else { return nil }
    let record = VolumeRecord(
      id: id, createdAt: createdAt, byteCount: byteCount, inputDigest: inputDigest,
      document: document, metadata: metadata)
    return row.integer(7) == checksum(of: record) ? record : nil
  }

  /// The metadata of a row; nil if it is wrong.
  static func metadata(_ row: some RowColumns, of id: String, column: Int32, checksum: Int32)
    -> VolumeMetadata?
  {
    let expected = row.integer(checksum)
    return row.withBytes(column) { bytes -> VolumeMetadata? in
      guard expected == metadataChecksum(bytes, of: id) else { return nil }
      return MetadataBytes.metadata(bytes)
    } ?? nil
  }

  /// Inserts a new record.
  static func insert(_ record: VolumeRecord, in database: Database) throws {
    let metadata = MetadataBytes.encode(record.metadata)
    try database.run(
      """
      INSERT INTO volume (id, created_at, byte_count, input_digest, metadata_checksum, metadata,
        checksum, document) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .text(record.id), .integer(record.createdAt), .integer(record.byteCount),
        .bytes(record.inputDigest),
        .integer(metadata.withUnsafeBytes { metadataChecksum($0, of: record.id) }),
        .bytes(metadata), .integer(checksum(of: record)), .bytes(record.document),
      ])
    try insert(record.metadata.tags, of: Int(database.lastInsertedRowID), in: database)
  }

  /// Replaces a volume's input and document.
  static func replaceInput(of number: Int, by record: VolumeRecord, in database: Database) throws {
    try database.run(
      "UPDATE volume SET input_digest = ?, document = ?, checksum = ? WHERE number = ?",
      [
        .bytes(record.inputDigest), .bytes(record.document), .integer(checksum(of: record)),
        .integer(number),
      ])
  }

  /// Replaces a volume's metadata.
  static func replaceMetadata(
    of number: Int, id: String, by metadata: VolumeMetadata, in database: Database
  ) throws {
    let bytes = MetadataBytes.encode(metadata)
    try database.run(
      "UPDATE volume SET metadata = ?, metadata_checksum = ? WHERE number = ?",
      [
        .bytes(bytes), .integer(bytes.withUnsafeBytes { metadataChecksum($0, of: id) }),
        .integer(number),
      ])
    try database.run("DELETE FROM volume_tag WHERE volume = ?", [.integer(number)])
    try insert(metadata.tags, of: number, in: database)
  }

  private static func insert(_ tags: [String: String], of number: Int, in database: Database) throws
  {
    for (name, value) in tags {
      try database.run(
        "INSERT INTO volume_tag (name, value, volume) VALUES (?, ?, ?)",
        [.text(name), .text(value), .integer(number)])
    }
  }

  private static func metadataChecksum(_ bytes: UnsafeRawBufferPointer, of id: String) -> Int {
    var checksum = RowChecksum("metadata")
    checksum.add(id)
    checksum.add(bytes)
    return checksum.value
  }

  /// The checksum of everything but the metadata, which changes separately.
  private static func checksum(of record: VolumeRecord) -> Int {
    var checksum = RowChecksum("volume")
    checksum.add(record.id)
    checksum.add(record.createdAt)
    checksum.add(record.byteCount)
    checksum.add(record.inputDigest)
    checksum.add(record.document)
    return checksum.value
  }
}
