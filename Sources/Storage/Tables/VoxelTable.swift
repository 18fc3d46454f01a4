import GRDB

/// The model's input of stored volumes, by digest, for slices and maps.
enum VoxelTable {
  static let columns = "number, input_digest, checksum, bytes FROM voxels"

  /// The voxels of an input, in the caller's format.
  struct Entry {
    let inputDigest: [UInt8]
    let bytes: [UInt8]

    fileprivate var checksum: Int {
      var checksum = RowChecksum("voxels")
      checksum.add(inputDigest)
      checksum.add(bytes)
      return checksum.value
    }
  }

  /// The voxels of a row of ``columns``; nil if the row is wrong.
  static func entry(_ row: some RowColumns) -> Entry? {
    guard let digest = row.bytes(1), let bytes = row.bytes(3) else { return nil }
    let entry = Entry(inputDigest: digest, bytes: bytes)
    return row.integer(2) == entry.checksum ? entry : nil
  }

  /// Inserts voxels unless they exist.
  static func insert(_ entry: Entry, in database: Database) throws {
    try database.run(
      "INSERT OR IGNORE INTO voxels (input_digest, checksum, bytes) VALUES (?, ?, ?)",
      [.bytes(entry.inputDigest), .integer(entry.checksum), .bytes(entry.bytes)])
  }

  /// Deletes the voxels of an input unless a volume still has it.
  static func deleteUnshared(inputDigest: [UInt8], in database: Database) throws {
    try database.run(
      """
      DELETE FROM voxels WHERE input_digest = ?1
        AND NOT EXISTS (SELECT 1 FROM volume WHERE input_digest = ?1)
      """, [.bytes(inputDigest)])
  }

  /// Deletes all voxels whose volumes are gone.
  static func deleteOrphans(in database: Database) throws {
    try database.run(
      """
      DELETE FROM voxels WHERE NOT EXISTS
        (SELECT 1 FROM volume WHERE volume.input_digest = voxels.input_digest)
      """)
  }
}
