import GRDB

/// Copies the rows with correct checksums from a damaged file into a new file.
///
/// The rows are found on their leaf pages. A damaged page therefore affects only the rows that start or continue on it.
/// Indexes and tags are rebuilt from the rows.
struct Salvage {
  /// Maximum number of rows in one transaction.
  private static let batch = 500
  /// Maximum number of rows in one transaction for a table whose rows may have several megabytes.
  private static let largeBatch = 4

  private let scan: PageScan
  private let target: any DatabaseWriter
  /// Possible assignments of spaces to numbers, the most likely first. Rows of the space table have no checksum, so the
  /// table and its index may disagree.
  private let spaces: [[Int: EmbeddingSpace]]
  private let isCancelled: () -> Bool
  private var wrongRows = 0
  /// Rows that have the column types of an embedding but are not volume embeddings. They may be text embeddings.
  private var unclaimed: Set<PageScan.Place> = []

  /// Copies the rows of the file at `path` to `target`.
  ///
  /// - Parameter isCancelled: Called every few rows.
  /// - Returns: Number of wrong rows.
  /// - Throws: Errors of `target`, and ``StoreError/closed`` once `isCancelled` returns true. Read errors in the
  ///   damaged file are not thrown; only the affected rows are lost.
  static func copy(
    from path: String, to target: any DatabaseWriter, isCancelled: @escaping () -> Bool
  ) throws -> Int {
    for pageSize in try DamagedPages.pageSizes(of: path) {
      let pages = try DamagedPages(path: path, pageSize: pageSize)
      let scan = try PageScan(pages, isCancelled: isCancelled)
      guard !scan.places.isEmpty else { continue }
      var salvage = Salvage(scan, target, isCancelled)
      try salvage.copyAll()
      return salvage.wrongRows
    }
    return 0
  }

  private init(
    _ scan: PageScan, _ target: any DatabaseWriter, _ isCancelled: @escaping () -> Bool
  ) {
    self.scan = scan
    self.target = target
    self.isCancelled = isCancelled
    var rows: [Int: EmbeddingSpace] = [:]
    for place in scan.places[.space] ?? [] {
      guard let row = scan.row(place), let space = EmbeddingSpace.table.record(row) else {
        continue
      }
      rows[row.number] = space
    }
    let merged = rows.merging(scan.indexedSpaces) { row, _ in row }
    let others = rows.merging(scan.indexedSpaces) { _, index in index }
    spaces = merged == others ? [merged] : [merged, others]
  }

  private mutating func copyAll() throws {
    try copy(VolumeRecord.table, or: .ignore) { try $0.insert(or: .ignore, in: $1) }
    try copyEmbeddings()
    try copy(VoxelRecord.table, or: .ignore, batch: Self.largeBatch)
    try copy(PatchRecord.table, or: .ignore, batch: Self.largeBatch)
    try copy(SourceRecord.table, or: .ignore, batch: Self.largeBatch)
    try copy(ThumbnailRecord.table, or: .ignore)
    try copy(KeyedVector.texts, or: .replace)
    try copy(ReportRecord.table, or: .replace)
    try copy(PromptSetRecord.table, or: .replace)
    try copy(DiagnosisRecord.table, or: .replace)
    try copy(JobRecord.table, or: .ignore)
    try copy(CalibrationRecord.table, or: .replace)
    // No volume refers to the deleted rows, so no client could delete them. They are computed again when their volume
    // is posted again.
    try target.writeWithoutTransaction {
      try StoredTable.deleteOrphans(in: $0)
      try StoredTable.deleteOrphanedSources(in: $0)
    }
  }

  /// Copies a table. Handles rows that the scan found several times.
  private mutating func copy<Record>(
    _ table: Table<Record>, or conflict: Conflict, batch: Int = batch,
    _ insert: ((Record, Database) throws -> Void)? = nil
  ) throws {
    let spaces = spaces
    func record(_ row: PageRow) -> Record? {
      for candidate in spaces {
        if let record = table.record(row, spaces: candidate) { return record }
      }
      return nil
    }
    try copy(table.name, record, batch: batch) {
      if let insert { try insert($0, $1) } else { try table.insert($0, or: conflict, in: $1) }
    }
  }

  /// Copies embeddings, including those without search rows. Missing search rows are computed again when a model is
  /// loaded.
  private mutating func copyEmbeddings() throws {
    let spaces = spaces
    let searchRows = Dictionary(grouping: scan.places[.searchRow] ?? [], by: \.number)
    let scan = scan
    var lost = 0
    func content(_ row: PageRow) -> (KeyedVector, searchRow: [Float]?)? {
      var bare: KeyedVector?
      let candidates = searchRows[row.number] ?? []
      for searchRow in candidates.prefix(Self.candidateLimit).map({ scan.row($0) }) + [nil] {
        for candidate in spaces {
          // In a row read from a page, column 0 is the row's number.
          switch EmbeddingTable.content(row, searchRow: searchRow, at: 1, spaces: candidate) {
          case .whole(let vector, let searchRow): return (vector, searchRow)
          case .bare(let vector, _): bare = vector
          case .wrong: break
          }
        }
      }
      guard let bare else { return nil }
      lost += candidates.count
      return (bare, nil)
    }
    try copy(.embedding, content) { found, database in
      try EmbeddingTable.insert(found.0, searchRow: found.searchRow, or: .ignore, in: database)
    }
    wrongRows += lost
  }

  /// Maximum number of search rows that are tried for one embedding. A sound file has at most one.
  private static let candidateLimit = 4

  /// Copies the rows of a table that have correct checksums, ordered by row number.
  private mutating func copy<Record>(
    _ table: StoredTable, _ read: (PageRow) -> Record?, batch: Int = batch,
    _ write: (Record, Database) throws -> Void
  ) throws {
    var records: [Record] = []
    func flush() throws {
      let batch = records
      records = []
      try target.writeWithoutTransaction { database in
        try database.run("BEGIN IMMEDIATE")
        for record in batch { try write(record, database) }
        try database.run("COMMIT")
      }
    }
    for (index, place) in (scan.places[table] ?? []).enumerated() {
      if index.isMultiple(of: 64) || batch < Self.batch, isCancelled() { throw StoreError.closed }
      guard let record = scan.row(place).flatMap(read) else {
        switch table {
        case .embedding: unclaimed.insert(place)
        case .textEmbedding: if unclaimed.contains(place) { wrongRows += 1 }
        default: wrongRows += 1
        }
        continue
      }
      records.append(record)
      if records.count == batch { try flush() }
    }
    if !records.isEmpty { try flush() }
  }
}
