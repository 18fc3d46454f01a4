// The metadata has its own checksum, because it changes independently of the rest of the row. A separate table also
// stores the tags.
extension VolumeRecord {
  /// The size of a SHA-256 in bytes.
  static let digestBytes = 32

  static let table = Table(
    .volume, checksum: "volume",
    blank: VolumeRecord(id: "", createdAt: 0, byteCount: 0, inputDigest: [], document: []),
    [
      .text("id", \.id), .integer("created_at", \.createdAt), .integer("byte_count", \.byteCount),
      .bytes("input_digest", \.inputDigest, count: digestBytes), metadataChecksumField,
      metadataField,
      .checksum, .bytes("document", \.document),
    ])

  private static let metadataChecksumField = Field<VolumeRecord>(
    name: "metadata_checksum", kind: .integer,
    value: { record, _ in
      .integer(
        MetadataBytes.encode(record.metadata).withUnsafeBytes { checksum($0, of: record.id) })
    },
    cover: { _, _ in }, read: { _, _, _, _ in true })

  private static let metadataField = Field<VolumeRecord>(
    name: "metadata", kind: .blob,
    value: { record, _ in .bytes(MetadataBytes.encode(record.metadata)) }, cover: { _, _ in },
    read: { row, column, _, record in
      guard let metadata = metadata(row, of: record.id, column: column) else { return false }
      record.metadata = metadata
      return true
    })

  /// Reads the metadata from a column; nil if it is faulty. The column before it contains its checksum.
  static func metadata(_ row: any RowColumns, of id: String, column: Int32) -> VolumeMetadata? {
    let expected = row.integer(column - 1)
    return row.withBytes(column) { bytes -> VolumeMetadata? in
      guard expected == checksum(bytes, of: id) else { return nil }
      return MetadataBytes.metadata(bytes)
    } ?? nil
  }

  private static func checksum(_ metadata: UnsafeRawBufferPointer, of id: String) -> Int {
    var checksum = RowChecksum("metadata")
    checksum.add(id)
    checksum.add(metadata)
    return checksum.value
  }

  /// Inserts the volume and its tags.
  func insert(or conflict: Conflict = .abort, in database: any StoreConnection) throws {
    guard let number = try Self.table.insert(self, or: conflict, in: database) else { return }
    try insertTags(of: number, in: database)
  }

  /// Replaces the stored metadata of the volume whose row number is `number` with the metadata of this record.
  func replaceMetadata(of number: Int, in database: any StoreConnection) throws {
    try Self.table.update(
      ["metadata_checksum", "metadata"], by: self, where: "number = ?", [.integer(number)],
      in: database)
    try database.run("DELETE FROM volume_tag WHERE volume = ?", [.integer(number)])
    try insertTags(of: number, in: database)
  }

  private func insertTags(of number: Int, in database: any StoreConnection) throws {
    for (name, value) in MetadataBytes.allTags(of: metadata) {
      try database.run(
        "INSERT INTO volume_tag (name, value, volume) VALUES (?, ?, ?)",
        [.text(name), .text(value), .integer(number)])
    }
  }
}
