import GRDB

/// Describes a table for `brgsa db move`: its columns, the key that orders its rows, and the tables to which its rows
/// refer.
///
/// The descriptions are derived from SQLite's schema, so a new table is moved without additional code. The tables in
/// PostgreSQL have the same columns.
struct MovedTable: Sendable {
  /// A column of the table.
  struct Column: Sendable {
    let name: String
    let kind: ColumnKind
  }

  /// A column that contains the row number of a row in another table.
  struct Reference: Sendable {
    let column: String
    let table: String
    /// The key column of the other table.
    let key: String
  }

  let name: String
  let columns: [Column]
  let key: [Column]
  let references: [Reference]

  /// Returns all tables of the store. Each table follows the tables to which its rows refer.
  static func all() throws -> [MovedTable] {
    let queue = try DatabaseQueue()
    try StoreSchema.migrations.migrate(queue)
    let tables = try queue.read { database in
      try texts("SELECT name FROM sqlite_master WHERE type = 'table'", in: database)
        .filter { !$0.hasPrefix("grdb_") && !$0.hasPrefix("sqlite_") }
        .map { try MovedTable($0, in: database) }
    }
    return ordered(tables)
  }

  private static func ordered(_ tables: [MovedTable]) -> [MovedTable] {
    var sorted: [MovedTable] = []
    var rest = tables
    while !rest.isEmpty {
      let known = Set(sorted.map(\.name))
      let ready = rest.filter { $0.references.allSatisfy { known.contains($0.table) } }
      // This cannot happen, because no tables refer to each other.
      guard !ready.isEmpty else { return sorted + rest }
      let names = Set(ready.map(\.name))
      sorted += ready
      rest.removeAll { names.contains($0.name) }
    }
    return sorted
  }

  private init(_ name: String, in database: any StoreConnection) throws {
    self.name = name
    var columns: [Column] = []
    var key: [(place: Int, column: Column)] = []
    try database.forEachRow(
      "SELECT name, type, \"notnull\", pk FROM pragma_table_info(?) ORDER BY cid", [.text(name)]
    ) { row in
      guard let name = row.text(0), let kind = Self.kinds[row.text(1) ?? ""],
        let place = row.integer(3)
      else { throw StoreError.corrupt }
      let isOptional = row.integer(2) == 0 && place == 0
      let column = Column(name: name, kind: isOptional ? .optional(kind) : kind)
      columns.append(column)
      if place > 0 { key.append((place, column)) }
      return true
    }
    self.columns = columns
    self.key = key.sorted { $0.place < $1.place }.map(\.column)
    var references: [Reference] = []
    try database.forEachRow(
      "SELECT \"from\", \"table\" FROM pragma_foreign_key_list(?) ORDER BY id", [.text(name)]
    ) { row in
      guard let column = row.text(0), let table = row.text(1) else { throw StoreError.corrupt }
      let key = try Self.texts(
        "SELECT name FROM pragma_table_info(?) WHERE pk = 1", [.text(table)], in: database)
      references += key.map { Reference(column: column, table: table, key: $0) }
      return true
    }
    self.references = references
  }

  private static let kinds: [String: ColumnKind] = [
    "INTEGER": .integer, "TEXT": .text, "BLOB": .blob,
  ]

  private static func texts(
    _ sql: String, _ values: [SQLValue] = [], in database: any StoreConnection
  ) throws -> [String] {
    var texts: [String] = []
    try database.forEachRow(sql, values) { row in
      if let text = row.text(0) { texts.append(text) }
      return true
    }
    return texts
  }
}

extension MovedTable {
  /// The corresponding table in ``StoredTable``, which has the layout of the rows; nil for a table without checksums.
  var stored: StoredTable? { StoredTable(rawValue: name) }

  /// Returns a `SELECT` of all columns, followed by one value for each reference: 1 if the other row exists, otherwise
  /// null. A search row is checked against its embedding, so its last two columns are the embedding's space and input
  /// digest.
  func select() -> String {
    var list = columns.map { "\(name).\($0.name)" }
    list += references.map { reference in
      """
      (SELECT 1 FROM \(reference.table) AS other
        WHERE other.\(reference.key) = \(name).\(reference.column))
      """
    }
    if stored == .searchRow {
      list += ["space", "input_digest"].map { column in
        "(SELECT other.\(column) FROM embedding AS other WHERE other.number = search_row.embedding)"
      }
    }
    return "SELECT \(list.joined(separator: ", ")) FROM \(name)"
  }

  /// Returns a `SELECT` of the key columns and of the approximate size of the row in bytes.
  func selectKeys(_ dialect: SQLDialect) -> String {
    let sizes = columns.compactMap { column -> String? in
      switch column.kind.base {
      case .integer, .optional: nil
      case .text: "coalesce(length(\(dialect.rawText(column.name))), 0)"
      case .blob: "coalesce(length(\(column.name)), 0)"
      }
    }
    let list = key.map { column in
      if case .text = column.kind { dialect.rawText(column.name) } else { column.name }
    }
    let size = (["\(8 * columns.count)"] + sizes).joined(separator: " + ")
    return "SELECT \(list.joined(separator: ", ")), \(size) FROM \(name)"
  }

  /// Returns a condition and an order for a `SELECT`. Keys must be greater than `lower` and at most `upper`; rows are
  /// in key order.
  func range(
    after lower: MovedKey?, through upper: MovedKey?, _ dialect: SQLDialect
  ) -> (sql: String, values: [SQLValue]) {
    let names = key.map { "\(name).\($0.name)" }.joined(separator: ", ")
    let places = key.map { column in
      if case .text = column.kind { dialect.textOfBytes } else { "?" }
    }.joined(separator: ", ")
    let bounds = [(">", lower), ("<=", upper)].compactMap { sign, key in
      key.map { (sql: "(\(names)) \(sign) (\(places))", values: $0.values) }
    }
    let condition = bounds.isEmpty ? "" : "WHERE \(bounds.map(\.sql).joined(separator: " AND "))"
    return ("\(condition) ORDER BY \(names)", bounds.flatMap(\.values))
  }

  /// Returns an `INSERT` of several rows. Rows that conflict with an existing row are not inserted.
  func insertion(rows: Int) -> String {
    let places = "(\(columns.map { _ in "?" }.joined(separator: ", ")))"
    return """
      INSERT INTO \(name) (\(columns.map(\.name).joined(separator: ", ")))
      VALUES \(Array(repeating: places, count: rows).joined(separator: ", "))
      ON CONFLICT DO NOTHING
      """
  }
}

extension ColumnKind {
  /// The type of a value that is not null.
  var base: ColumnKind { if case .optional(let kind) = self { kind } else { self } }
}

extension SQLDialect {
  /// Returns an expression for the bytes of a text column. It also works for damaged rows whose text is not valid
  /// UTF-8. PostgreSQL needs no conversion, because it stores all texts as bytes.
  fileprivate func rawText(_ column: String) -> String {
    switch self {
    case .sqlite: "CAST(\(column) AS BLOB)"
    case .postgreSQL: column
    }
  }

  /// The placeholder for a text whose value is passed as bytes.
  fileprivate var textOfBytes: String {
    switch self {
    case .sqlite: "CAST(? AS TEXT)"
    case .postgreSQL: "?"
    }
  }
}
