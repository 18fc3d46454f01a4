import GRDB

/// A damaged file, opened for reading as well as it can be.
///
/// SQLite opens no file whose first page is damaged or that is shorter than its header says. Then a copy is read,
/// whose header, and if need be whole first page, is that of a new file: tables lie where they always lie, unless
/// the file was vacuumed, and the rows' checksums tell whether they were found.
struct DamagedFile {
  let queue: DatabaseQueue
  private let copy: String?

  /// Bytes of the header of SQLite's file format, and where in it the count of pages and the list of free
  /// pages stand.
  private static let headerBytes = 100
  private static let pageCountOffset = 28
  private static let freeListOffset = 32

  /// - Parameter template: A new file of this store's, emptied of its log.
  /// - Returns: nil if nothing can be read.
  /// - Throws: ``StoreError`` where a copy cannot be made.
  init?(path: String, template: String) throws {
    if let queue = Self.open(path, where: StoreSchema.isIntact) {
      (self.queue, copy) = (queue, nil)
      return
    }
    let page = try Self.firstPage(like: template, for: path)
    let copy = "\(path).damaged"
    for count in [Self.headerBytes, StoreSchema.pageSize] {
      try Self.removeCopy(copy)
      try FileCalls.copy(path, to: copy, head: Array(page.prefix(count)))
      if FileCalls.exists("\(path)-wal") { try FileCalls.copy("\(path)-wal", to: "\(copy)-wal") }
      if let queue = Self.open(copy, where: StoreSchema.isIntact) {
        (self.queue, self.copy) = (queue, copy)
        return
      }
    }
    try Self.removeCopy(copy)
    // The file may be of an older schema than this program's.
    guard let queue = Self.open(path, where: Self.hasTables) else { return nil }
    (self.queue, self.copy) = (queue, nil)
  }

  /// Closes the file and removes its copy.
  func close() {
    try? queue.close()
    if let copy { try? Self.removeCopy(copy) }
  }

  private static func removeCopy(_ copy: String) throws(StoreError) {
    for suffix in ["", "-wal", "-shm"] { try FileCalls.remove("\(copy)\(suffix)") }
  }

  private static func open(_ path: String, where isUsable: (Database) throws -> Bool)
    -> DatabaseQueue?
  {
    guard let queue = try? StoreOpening.readOnly(path) else { return nil }
    if (try? queue.unsafeRead(isUsable)) == true { return queue }
    try? queue.close()
    return nil
  }

  private static func hasTables(_ database: Database) throws -> Bool {
    let count = try database.firstRow(
      "SELECT count(*) FROM sqlite_master WHERE name IN ('space', 'volume', 'embedding')"
    ) { $0.integer(0) ?? 0 }
    return count == 3
  }

  private static func firstPage(like template: String, for path: String) throws -> [UInt8] {
    let queue = try StoreOpening.readOnly(template)
    defer { try? queue.close() }
    var page = try FileCalls.head(of: template, count: StoreSchema.pageSize)
    guard page.count == StoreSchema.pageSize else { throw StoreError.corrupt }
    let pages = UInt32(clamping: FileCalls.size(of: path) / StoreSchema.pageSize)
    put(pages, at: pageCountOffset, of: &page)
    // No list of free pages: nothing is written to the copy.
    put(0, at: freeListOffset, of: &page)
    put(0, at: freeListOffset + 4, of: &page)
    return page
  }

  private static func put(_ value: UInt32, at offset: Int, of page: inout [UInt8]) {
    withUnsafeBytes(of: value.bigEndian) { bytes in
      for (index, byte) in bytes.enumerated() { page[offset + index] = byte }
    }
  }
}
