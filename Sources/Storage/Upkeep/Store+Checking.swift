extension Store {
  /// Checks a whole store for damage. Another process may have the store open.
  ///
  /// - Parameter path: The path or address, as in ``init(path:limits:isShared:)``. The store must exist.
  /// - Returns: Descriptions of the damage, which do not contain stored data; empty if the store is sound. For a file,
  ///   SQLite provides the descriptions. PostgreSQL checks its own files, so for PostgreSQL the descriptions name the
  ///   rows with a wrong checksum.
  public static func check(path: String) throws(StoreError) -> [String] {
    try withConnection(path, faults)
  }

  static func faults(in database: any StoreConnection) throws -> [String] {
    switch database.dialect {
    case .sqlite: try lines(database)
    case .postgreSQL:
      try wrongRows(database).map { "\($0.table.rawValue) \($0.number): wrong checksum or content" }
    }
  }

  /// Opens a store and reads from one state of it. Another process may have the store open.
  static func withConnection<Value>(
    _ path: String, _ body: (any StoreConnection) throws -> Value
  ) throws(StoreError) -> Value {
    guard isAddress(path) else { return try withFile(path, body) }
    do {
      let connection = try PostgresConnection(path)
      guard try PostgresSchema.installedVersion(connection) > 0 else {
        throw StoreError.foreign
      }
      try connection.begin(.repeatableRead, isReadOnly: true)
      let value = try body(connection)
      try connection.rollback()
      return value
    } catch {
      throw StoreError(postgres: error)
    }
  }

  /// Returns the rows with a wrong checksum or shape.
  private static func wrongRows(_ database: any StoreConnection) throws -> [StoredRow] {
    let spaces = try EmbeddingSpace.all(in: database)
    var rows: [StoredRow] = []
    for table in StoredTable.allCases where table != .searchRow {
      guard let layout = table.layout else { continue }
      let select = table == .embedding ? EmbeddingTable.select : layout.select
      try database.streamRows("\(select) ORDER BY number", []) { row in
        let isSound =
          if table == .embedding {
            if case .whole = EmbeddingTable.content(row, spaces: spaces) { true } else { false }
          } else {
            layout.isSound(row, spaces: spaces)
          }
        if !isSound, let number = row.integer(0) {
          rows.append(StoredRow(table: table, number: number))
        }
        return true
      }
    }
    return rows
  }
}
