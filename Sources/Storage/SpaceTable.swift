import GRDB

/// The spaces that embeddings belong to, by their numbers.
enum SpaceTable {
  static func all(in database: Database) throws -> [Int: EmbeddingSpace] {
    try read("space NOT INDEXED", in: database)
  }

  /// What can be read of a damaged file's spaces. The index holds them too, and without its space an embedding
  /// is nothing.
  static func salvaged(from database: Database) -> [Int: EmbeddingSpace] {
    let rows = (try? all(in: database)) ?? [:]
    let index = (try? read("space INDEXED BY sqlite_autoindex_space_1", in: database)) ?? [:]
    return rows.merging(index) { row, _ in row }
  }

  /// Floats of an embedding of any model; another number is damage.
  private static let componentLimits = 1...65_536

  private static func read(_ source: String, in database: Database) throws -> [Int: EmbeddingSpace]
  {
    var spaces: [Int: EmbeddingSpace] = [:]
    try database.forEachRow("SELECT number, model, recipe, components FROM \(source)") { row in
      if let number = row.integer(0), let model = row.text(1), let recipe = row.text(2),
        let components = row.integer(3), componentLimits.contains(components)
      {
        spaces[number] = EmbeddingSpace(
          modelSHA256: model, recipe: recipe, components: components)
      }
      return true
    }
    return spaces
  }

  /// The number of a space, if anything was ever stored for it.
  static func number(of space: EmbeddingSpace, in database: Database) throws -> Int? {
    try database.firstRow(
      "SELECT number FROM space WHERE model = ? AND recipe = ? AND components = ?",
      values(of: space)
    ) { $0.integer(0) } ?? nil
  }

  /// The number of a space, which is added if it is new.
  static func add(_ space: EmbeddingSpace, to database: Database) throws -> Int {
    if let number = try number(of: space, in: database) { return number }
    try database.run(
      "INSERT INTO space (model, recipe, components) VALUES (?, ?, ?)", values(of: space))
    return Int(database.lastInsertedRowID)
  }

  private static func values(of space: EmbeddingSpace) -> [SQLValue] {
    [.text(space.modelSHA256), .text(space.recipe), .integer(space.components)]
  }
}
