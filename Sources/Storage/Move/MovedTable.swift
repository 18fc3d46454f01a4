import GRDB

/// A table as `brgsa db move` sees it: the columns, the key that orders the rows, and the tables to which rows refer.
///
/// The tables are those of SQLite's schema, so a new table is moved without further code. PostgreSQL has the same
/// columns.
struct MovedTable: Sendable {
  /// One column.
  struct Column: Sendable {
    let name: String
    let kind: ColumnKind
  }

  /// A column that contains the number of a row of another table.
  struct Reference: Sendable {
    let column: String
    let table: String
    /// The key of the other table.
    let key: String
  }

  let name: String
  let columns: [Column]
  let key: [Column]
  let references: [Reference]

  /// All tables of the store. A table comes after those to which its rows refer.
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
      // Tables that refer to each other do not exist.
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
  /// The table's name in the code, and the layout of its rows; nil for a table without checksums.
  var stored: StoredTable? { StoredTable(rawValue: name) }

  /// A `SELECT` of all columns, then of 1 or null for each reference: whether the other row exists. A search row is
  /// checked with its embedding, so two columns of it follow.
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

  /// A `SELECT` of the key's columns, and of the approximate size of a row in bytes.
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

  /// The condition that a row's key is after `lower` and not after `upper`, and the order of the rows.
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

  /// An `INSERT` of rows. It leaves out rows whose key exists.
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
  /// The kind of a value that is not null.
  var base: ColumnKind { if case .optional(let kind) = self { kind } else { self } }
}

extension SQLDialect {
  /// A text column as its bytes, even if they are not valid UTF-8 in a damaged row. PostgreSQL has no other texts.
  fileprivate func rawText(_ column: String) -> String {
    switch self {
    case .sqlite: "CAST(\(column) AS BLOB)"
    case .postgreSQL: column
    }
  }

  /// The place of a text that is given as bytes.
  fileprivate var textOfBytes: String {
    switch self {
    case .sqlite: "CAST(? AS TEXT)"
    case .postgreSQL: "?"
    }
  }
}
