import GRDB

/// Copies the rows of a damaged file that have right checksums into a new one.
///
/// Rows are found on their leaf pages, so a damaged page costs only its own rows and those that
/// continue there. Indexes and tags are rebuilt from the rows.
struct Salvage {
  /// Rows that are written in one transaction.
  private static let batch = 500
  /// Rows of several megabytes in one transaction.
  private static let largeBatch = 4

  private let scan: PageScan
  private let target: any DatabaseWriter
  /// Candidate spaces of embeddings, the likeliest first: no checksum covers a space itself.
  private let spaces: [[Int: EmbeddingSpace]]
  private let isCancelled: () -> Bool
  private var wrongRows = 0
  /// Rows with an embedding's shape that are not embeddings of volumes; they may be those of texts.
  private var unclaimed: Set<PageScan.Place> = []

  /// - Parameter isCancelled: Asked every few rows.
  /// - Returns: Number of wrong rows.
  /// - Throws: Errors of `target`, and ``StoreError/closed`` once `isCancelled` returns true.
  ///   Errors of the damaged file only cost rows.
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
      guard let row = scan.row(place), let (number, space) = SpaceTable.space(row) else { continue }
      rows[number] = space
    }
    let merged = rows.merging(scan.indexedSpaces) { row, _ in row }
    let others = rows.merging(scan.indexedSpaces) { _, index in index }
    spaces = merged == others ? [merged] : [merged, others]
  }

  private mutating func copyAll() throws {
    try copy(.volume, { VolumeTable.record($0) }) {
      guard try !Self.exists($0.id, in: "volume", of: $1) else { return }
      try VolumeTable.insert($0, in: $1)
    }
    try copyEmbeddings()
    try copy(.voxels, { VoxelTable.entry($0) }, batch: Self.largeBatch) {
      try VoxelTable.insert($0, in: $1)
    }
    let spaces = spaces
    try copy(
      .textEmbedding, { row in Self.first(spaces) { TextEmbeddingTable.entry(row, spaces: $0) } }
    ) {
      try TextEmbeddingTable.put($0, space: SpaceTable.add($0.space, to: $1), in: $1)
    }
    try copy(.report, { row in Self.first(spaces) { ReportTable.record(row, spaces: $0) } }) {
      try ReportTable.put($0, in: $1)
    }
    try copy(.promptSet, { PromptSetTable.record($0) }) { try PromptSetTable.put($0, in: $1) }
    try copy(.diagnosis, { DiagnosisTable.record($0) }) { try DiagnosisTable.put($0, in: $1) }
    try copy(.job, { JobTable.record($0) }) {
      guard try !Self.exists($0.id, in: "job", of: $1) else { return }
      try JobTable.insert($0, in: $1)
    }
    try target.writeWithoutTransaction {
      // No id leads to these, so nobody could delete them. They are computed again when the volume
      // returns.
      try EmbeddingTable.deleteOrphans(in: $0)
      try VoxelTable.deleteOrphans(in: $0)
    }
  }

  /// Copies embeddings, also without their search rows, which are computed again once a model is
  /// loaded.
  private mutating func copyEmbeddings() throws {
    let spaces = spaces
    let searchRows = Dictionary(grouping: scan.places[.searchRow] ?? [], by: \.number)
    let scan = scan
    var lost = 0
    func content(_ row: PageRow) -> EmbeddingTable.Content? {
      var found: EmbeddingTable.Content?
      let candidates = searchRows[row.number] ?? []
      for searchRow in candidates.prefix(Self.candidateLimit).map({ scan.row($0) }) + [nil] {
        let joined = JoinedRow(embedding: row, searchRow: searchRow)
        let content = Self.first(spaces) { spaces -> EmbeddingTable.Content? in
          if case .wrong = EmbeddingTable.content(joined, spaces: spaces) { return nil }
          return EmbeddingTable.content(joined, spaces: spaces)
        }
        guard let content else { return nil }
        found = content
        if case .whole = content { return found }
      }
      lost += candidates.count
      return found
    }
    try copy(.embedding, content) { content, database in
      let bare: EmbeddingTable.Bare
      switch content {
      case .whole(let entry):
        let space = try SpaceTable.add(entry.space, to: database)
        let digest = entry.inputDigest
        let known = try EmbeddingTable.number(inputDigest: digest, space: space, in: database)
        if known == nil { try EmbeddingTable.insert(entry, space: space, in: database) }
        return
      case .bare(let found, _): bare = found
      case .wrong: return
      }
      let space = try SpaceTable.add(bare.space, to: database)
      let digest = bare.inputDigest
      guard try EmbeddingTable.number(inputDigest: digest, space: space, in: database) == nil
      else { return }
      try EmbeddingTable.insert(bare, space: space, in: database)
    }
    wrongRows += lost
  }

  /// Most search rows of one number that are tried; a sound file has one.
  private static let candidateLimit = 4

  /// Copies the rows of a table that have right checksums, in order of their numbers.
  private mutating func copy<Record>(
    _ table: SalvagedTable, _ read: (PageRow) -> Record?, batch: Int = batch,
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

  private static func first<Value>(
    _ spaces: [[Int: EmbeddingSpace]], _ read: ([Int: EmbeddingSpace]) -> Value?
  ) -> Value? {
    for candidate in spaces { if let value = read(candidate) { return value } }
    return nil
  }

  private static func exists(_ id: String, in table: String, of database: Database) throws -> Bool {
    try database.firstRow("SELECT 1 FROM \(table) WHERE id = ?", [.text(id)]) { _ in true } ?? false
  }
}
