/// A table of the store. It converts records to rows and rows to records.
struct Table<Record: Sendable>: Sendable {
  let name: StoredTable
  let fields: [Field<Record>]
  /// A `SELECT` statement that returns the row's number and then the fields. A condition may be appended.
  let select: String
  private let insertion: String
  /// The columns that ``Conflict/replace`` uses to find the existing row.
  private let key: [String]
  /// A record with empty values. Reading a row copies this record and sets the properties of the copy.
  private let blank: Record
  /// The text that starts a row's checksum, and the index of the checksum field; nil for a table without checksums.
  private let checksum: (kind: String, index: Int)?

  /// - Parameters:
  ///   - checksum: The text that starts the checksum; nil for a table without checksums.
  ///   - key: The columns whose values together are unique. Only ``Conflict/replace`` requires them.
  ///   - fields: The columns that follow the number, in the order of ``StoreSchema``.
  init(
    _ name: StoredTable, checksum kind: String?, key: [String] = [], blank: Record,
    _ fields: [Field<Record>]
  ) {
    self.name = name
    self.fields = fields
    self.blank = blank
    self.key = key
    let index = fields.firstIndex { $0.name == "checksum" }
    checksum = kind.flatMap { kind in index.map { (kind, $0) } }
    let names = fields.map(\.name)
    let table = name.rawValue
    select = "SELECT \((["number"] + names).joined(separator: ", ")) FROM \(table)"
    let places = names.map { _ in "?" }.joined(separator: ", ")
    insertion = "INSERT INTO \(table) (\(names.joined(separator: ", "))) VALUES (\(places))"
  }

  /// Returns the record in a row that ``select`` returned; nil if the row is faulty.
  func record(_ row: any RowColumns, spaces: [Int: EmbeddingSpace] = [:]) -> Record? {
    var record = blank
    for (index, field) in fields.enumerated() {
      guard field.read(row, Int32(index + 1), spaces, &record) else { return nil }
    }
    guard let checksum else { return record }
    return row.integer(Int32(checksum.index + 1)) == value(of: checksum.kind, record) ? record : nil
  }

  /// Returns a record's values in the order of the fields.
  func values(of record: Record, in database: any StoreConnection) throws -> [SQLValue] {
    var values = try fields.map { try $0.value(record, database) }
    if let checksum { values[checksum.index] = .integer(value(of: checksum.kind, record)) }
    return values
  }

  private func value(of kind: String, _ record: Record) -> Int {
    var checksum = RowChecksum(kind)
    for field in fields { field.cover(record, &checksum) }
    return checksum.value
  }
}

/// What an insertion does if a row with the same unique values already exists.
enum Conflict {
  /// The insertion fails.
  case abort
  /// The insertion does nothing.
  case ignore
  /// The insertion deletes the existing row first.
  case replace
}

extension Table {
  /// Inserts a record.
  ///
  /// - Returns: The new row's number; nil if nothing was inserted.
  @discardableResult
  func insert(
    _ record: Record, or conflict: Conflict = .abort, in database: any StoreConnection
  ) throws -> Int? {
    let values = try values(of: record, in: database)
    if conflict == .replace {
      let condition = key.map { "\($0) = ?" }.joined(separator: " AND ")
      let columns = key.compactMap { name in fields.firstIndex { $0.name == name } }
      try name.delete(where: condition, columns.map { values[$0] }, in: database)
    }
    let clause = conflict == .ignore ? " ON CONFLICT DO NOTHING" : ""
    return try database.insert("\(insertion)\(clause)", values)
  }

  /// Sets the columns `names` to a record's values in all rows that satisfy a condition.
  ///
  /// - Returns: Whether at least one row satisfies the condition.
  @discardableResult
  func update(
    _ names: [String], by record: Record, where condition: String, _ arguments: [SQLValue],
    in database: any StoreConnection
  ) throws -> Bool {
    let values = try values(of: record, in: database)
    let changes = zip(fields, values).filter { names.contains($0.0.name) }
    let list = changes.map { "\($0.0.name) = ?" }.joined(separator: ", ")
    try database.run(
      "UPDATE \(name.rawValue) SET \(list) WHERE \(condition)", changes.map(\.1) + arguments)
    return database.changedRowCount > 0
  }

  /// Passes each record of a query to `body`, with its row number. Records faulty rows and skips them.
  ///
  /// - Parameters:
  ///   - condition: The SQL text to append to ``select``.
  ///   - spaces: The spaces of the records, by number.
  ///   - streams: Whether to stream the rows, because the query may return many.
  ///   - body: Returns true to continue with the next record.
  func forEach(
    _ condition: String, _ values: [SQLValue] = [], spaces: [Int: EmbeddingSpace] = [:],
    streams: Bool = false, in database: any StoreConnection, _ wrongRows: inout WrongRows,
    _ body: (Int, Record, inout WrongRows) throws -> Bool
  ) throws {
    let statement = "\(select) \(condition)"
    func take(_ row: any RowColumns) throws -> Bool {
      guard let number = row.integer(0), let record = record(row, spaces: spaces) else {
        wrongRows.add(row, in: name)
        return true
      }
      return try body(number, record, &wrongRows)
    }
    if streams {
      try database.streamRows(statement, values, take)
    } else {
      try database.forEachRow(statement, values, take)
    }
  }

  /// Returns the sound records of a query with their row numbers, at most `limit` of them.
  func all(
    _ condition: String, _ values: [SQLValue] = [], limit: Int = .max,
    spaces: [Int: EmbeddingSpace] = [:], streams: Bool = false, in database: any StoreConnection,
    _ wrongRows: inout WrongRows
  ) throws -> [(number: Int, record: Record)] {
    var rows: [(Int, Record)] = []
    guard limit > 0 else { return rows }
    try forEach(
      condition, values, spaces: spaces, streams: streams, in: database, &wrongRows
    ) { number, record, _ in
      rows.append((number, record))
      return rows.count < limit
    }
    return rows
  }

  /// Returns the first sound record of a query with its row number; nil if there is none.
  func first(
    _ condition: String, _ values: [SQLValue], spaces: [Int: EmbeddingSpace] = [:],
    in database: any StoreConnection, _ wrongRows: inout WrongRows
  ) throws -> (number: Int, record: Record)? {
    try all(condition, values, limit: 1, spaces: spaces, in: database, &wrongRows).first
  }

  /// Returns the records after a cursor, at most `limit` of them. The order is newest first, then by descending id.
  ///
  /// - Parameter filter: A condition and its values; nil for all records.
  func page(
    after cursor: RecordCursor?, limit: Int, filter: (sql: String, values: [SQLValue])? = nil,
    spaces: [Int: EmbeddingSpace] = [:], in database: any StoreConnection,
    _ wrongRows: inout WrongRows
  ) throws -> [Record] {
    let place = cursor.map {
      (sql: "(created_at, id) < (?, ?)", values: [.integer($0.createdAt), SQLValue.text($0.id)])
    }
    let conditions = [filter, place].compactMap { $0 }
    let list = conditions.map(\.sql).joined(separator: " AND ")
    return try all(
      "\(list.isEmpty ? "" : "WHERE \(list)") ORDER BY created_at DESC, id DESC",
      conditions.flatMap(\.values), limit: limit, spaces: spaces, streams: true, in: database,
      &wrongRows
    ).map(\.record)
  }
}
