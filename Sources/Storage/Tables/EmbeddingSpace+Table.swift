import GRDB

extension EmbeddingSpace {
  /// The space of a blank record.
  static let blank = EmbeddingSpace(modelSHA256: "", recipe: "", components: 0)

  static let table = Table(
    .space, checksum: nil, blank: blank,
    [
      .text("model", \.modelSHA256), .text("recipe", \.recipe),
      // Other numbers are damage, and no size is computed from them.
      .integer("components", \.components, in: 1...65_536),
    ])

  /// All spaces, by their numbers.
  static func all(in database: Database) throws -> [Int: EmbeddingSpace] {
    var spaces: [Int: EmbeddingSpace] = [:]
    try database.forEachRow("\(table.select) NOT INDEXED") { row in
      if let number = row.integer(0), let space = table.record(row) { spaces[number] = space }
      return true
    }
    return spaces
  }

  /// The space's number, if anything was ever stored in it.
  func number(in database: Database) throws -> Int? {
    try database.integer(
      "SELECT number FROM space WHERE model = ? AND recipe = ? AND components = ?",
      Self.table.values(of: self, in: database))
  }

  /// The space's number; a new space is added.
  func add(to database: Database) throws -> Int {
    if let number = try number(in: database) { return number }
    try Self.table.insert(self, in: database)
    return Int(database.lastInsertedRowID)
  }
}
