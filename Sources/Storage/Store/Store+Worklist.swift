extension Store {
  /// The number of volumes that one page examines. A page that looks for a rare text is short rather than slow.
  static let worklistScanLimit = 20_000

  /// Returns one page of the worklist: volumes with their newest diagnosis.
  ///
  /// A client that continues the list sees each volume once. A page may be shorter than `limit` although others follow.
  ///
  /// - Parameters:
  ///   - cursor: The position after which the page starts; nil for the first page. In the order of names it can be any
  ///     position, otherwise only a time.
  ///   - limit: Maximum number of volumes.
  public func worklist(
    _ query: WorklistQuery, after cursor: WorklistCursor? = nil, limit: Int
  ) async throws(StoreError) -> WorklistPage {
    try await reading { database, wrongRows in
      var scan = WorklistScan(query, limit: limit)
      for part in WorklistPart.parts(query, after: cursor) where !scan.isMore {
        try scan.read(part, in: database, &wrongRows)
      }
      let rows = try Self.described(scan.found, in: database, &wrongRows)
      return WorklistPage(rows: rows, next: scan.isMore ? scan.last : nil)
    }
  }

  /// Reads what is stored for volumes.
  private static func described(
    _ records: [VolumeRecord], in database: any StoreConnection, _ wrongRows: inout WrongRows
  ) throws -> [WorklistRow] {
    var haveVoxels: Set<String> = []
    var counts: [String: Int] = [:]
    var latest: [String: DiagnosisRecord] = [:]
    for list in IDList.lists(of: Set(records.map(\.id))) {
      try database.forEachRow(
        """
        SELECT volume.id FROM volume
          JOIN voxels ON voxels.input_digest = volume.input_digest
        WHERE volume.id IN (\(list.places))
        """, list.values
      ) { row in
        if let id = row.text(0) { haveVoxels.insert(id) }
        return true
      }
      try database.forEachRow(
        """
        SELECT volume_id, count(*) FROM diagnosis WHERE volume_id IN (\(list.places))
        GROUP BY volume_id
        """, list.values
      ) { row in
        if let id = row.text(0) { counts[id] = row.integer(1) }
        return true
      }
      try DiagnosisRecord.table.forEach(
        """
        WHERE number IN (
          SELECT (
            SELECT one.number FROM diagnosis AS one WHERE one.volume_id = volume.id
            ORDER BY one.created_at DESC, one.id DESC LIMIT 1)
          FROM volume WHERE volume.id IN (\(list.places)))
        """, list.values, in: database, &wrongRows
      ) { _, record, _ in
        latest[record.volumeID] = record
        return true
      }
    }
    return records.map { record in
      WorklistRow(
        record: record, hasVoxels: haveVoxels.contains(record.id),
        diagnosisCount: counts[record.id] ?? 0, latestDiagnosis: latest[record.id])
    }
  }
}

/// The search for the volumes of one page.
private struct WorklistScan {
  private let text: FoldedText?
  private let order: WorklistQuery.Order
  private let limit: Int
  private var scanned = 0
  private(set) var found: [VolumeRecord] = []
  /// The position of the last examined volume.
  private(set) var last: WorklistCursor?
  /// Whether more volumes follow ``last``.
  private(set) var isMore = false

  init(_ query: WorklistQuery, limit: Int) {
    text = query.text.map(FoldedText.init)
    order = query.order
    self.limit = limit
  }

  mutating func read(
    _ part: WorklistPart, in database: any StoreConnection, _ wrongRows: inout WrongRows
  ) throws {
    try VolumeRecord.table.forEach(
      part.sql, part.values, streams: true, in: database, &wrongRows
    ) { number, record, _ in
      guard found.count < limit, scanned < Store.worklistScanLimit else {
        isMore = true
        return false
      }
      scanned += 1
      last = position(of: record, number)
      if text?.occurs(in: record) ?? true { found.append(record) }
      return true
    }
  }

  private func position(of record: VolumeRecord, _ number: Int) -> WorklistCursor {
    if order == .name, let name = record.metadata.name { return .name(name, number: number) }
    return .time(RecordCursor(createdAt: record.createdAt, id: record.id))
  }
}

/// A part of the worklist that one statement reads in order. The order of names has two: volumes with a name, and those
/// without.
private struct WorklistPart {
  private(set) var sql: String
  private(set) var values: [SQLValue]

  private typealias Condition = (sql: String, values: [SQLValue])

  private static let hasNoName: Condition = (
    """
    NOT EXISTS
      (SELECT 1 FROM volume_tag WHERE volume_tag.volume = volume.number AND volume_tag.name = ?)
    """, [.text("")]
  )

  static func parts(_ query: WorklistQuery, after cursor: WorklistCursor?) -> [WorklistPart] {
    let filters = filters(query)
    switch (query.order, cursor) {
    case (.newest, _):
      return [byTime(filters, after: cursor)]
    case (.oldest, _):
      return [byTime(filters, after: cursor, isAscending: true)]
    case (.name, .time):
      return [byTime(filters + [hasNoName], after: cursor)]
    case (.name, _):
      return [byName(filters, after: cursor), byTime(filters + [hasNoName], after: nil)]
    }
  }

  private static func filters(_ query: WorklistQuery) -> [Condition] {
    var filters: [Condition] = []
    if let tag = query.tag {
      filters.append(
        (
          "number IN (SELECT volume FROM volume_tag WHERE name = ? AND value = ?)",
          [.text(tag.name), .text(tag.value)]
        ))
    }
    if let ids = query.ids {
      let lists = IDList.lists(of: ids)
      let conditions = lists.map { "id IN (\($0.places))" }.joined(separator: " OR ")
      filters.append(("(\(lists.isEmpty ? "1 = 0" : conditions))", lists.flatMap(\.values)))
    }
    return filters
  }

  private static func byTime(
    _ filters: [Condition], after cursor: WorklistCursor?, isAscending: Bool = false
  ) -> WorklistPart {
    var conditions = filters
    if case .time(let place)? = cursor {
      conditions.append(
        (
          "(created_at, id) \(isAscending ? ">" : "<") (?, ?)",
          [.integer(place.createdAt), .text(place.id)]
        ))
    }
    let direction = isAscending ? "" : " DESC"
    let order = "ORDER BY created_at\(direction), id\(direction)"
    return WorklistPart("", conditions, order)
  }

  private static func byName(_ filters: [Condition], after cursor: WorklistCursor?) -> WorklistPart
  {
    var conditions: [Condition] = [("name = ?", [.text("")])] + filters
    if case .name(let name, let number)? = cursor {
      conditions.append(("(value, volume) > (?, ?)", [.text(name), .integer(number)]))
    }
    return WorklistPart(
      "JOIN volume_tag ON volume_tag.volume = volume.number", conditions, "ORDER BY value, volume")
  }

  private init(_ join: String, _ conditions: [Condition], _ order: String) {
    let list = conditions.map(\.sql).joined(separator: " AND ")
    sql = [join, list.isEmpty ? "" : "WHERE \(list)", order].filter { !$0.isEmpty }
      .joined(separator: " ")
    values = conditions.flatMap(\.values)
  }
}

/// A text to look for, in lower case.
private struct FoldedText {
  private let bytes: [UInt8]

  init(_ text: String) { bytes = Array(text.lowercased().utf8) }

  func occurs(in record: VolumeRecord) -> Bool {
    let metadata = record.metadata
    return [metadata.name, metadata.accession, record.id].contains { $0.map(occurs) ?? false }
      || metadata.tags.values.contains(where: occurs)
  }

  private func occurs(_ text: String) -> Bool {
    let folded = Array(text.lowercased().utf8)
    guard let first = bytes.first else { return true }
    guard folded.count >= bytes.count else { return false }
    return (0...folded.count - bytes.count).contains { start in
      folded[start] == first && folded[start..<start + bytes.count].elementsEqual(bytes)
    }
  }
}
