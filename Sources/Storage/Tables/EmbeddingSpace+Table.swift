extension EmbeddingSpace {
  /// The space of a blank record.
  static let blank = EmbeddingSpace(modelSHA256: "", recipe: "", components: 0)

  static let table = Table(
    .space, checksum: nil, blank: blank,
    [
      .text("model", \.modelSHA256), .text("recipe", \.recipe),
      // Any other number indicates damage and must not be used as a size.
      .integer("components", \.components, in: 1...65_536),
    ])

  /// Returns all spaces by their numbers.
  static func all(in database: any StoreConnection) throws -> [Int: EmbeddingSpace] {
    var spaces: [Int: EmbeddingSpace] = [:]
    // SQLite's index may be damaged, so SQLite must read the table directly.
    let hint = database.dialect == .sqlite ? " NOT INDEXED" : ""
    try database.forEachRow(table.select + hint) { row in
      if let number = row.integer(0), let space = table.record(row) { spaces[number] = space }
      return true
    }
    return spaces
  }

  /// Returns the space's number; nil if nothing has ever been stored in the space.
  func number(in database: any StoreConnection) throws -> Int? {
    try database.integer(
      "SELECT number FROM space WHERE model = ? AND recipe = ? AND components = ?",
      Self.table.values(of: self, in: database))
  }

  /// Returns the space's number. Adds the space to the table if it is new.
  func add(to database: any StoreConnection) throws -> Int {
    if let number = try number(in: database) { return number }
    return try Self.table.insert(self, in: database) ?? 0
  }
}
