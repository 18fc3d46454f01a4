import GRDB

/// The spaces of embeddings, by their numbers.
enum SpaceTable {
  static func all(in database: Database) throws -> [Int: EmbeddingSpace] {
    var spaces: [Int: EmbeddingSpace] = [:]
    let sql = "SELECT number, model, recipe, components FROM space NOT INDEXED"
    try database.forEachRow(sql) { row in
      if let (number, space) = space(row) { spaces[number] = space }
      return true
    }
    return spaces
  }

  /// Components of any model's embedding. Other numbers are damage, and no size is computed from
  /// them.
  private static let componentLimits = 1...65_536

  /// The space of a row of number, model, recipe and components.
  static func space(_ row: some RowColumns) -> (number: Int, space: EmbeddingSpace)? {
    guard let number = row.integer(0), let model = row.text(1), let recipe = row.text(2),
      let components = row.integer(3), componentLimits.contains(components)
    else { return nil }
    return (number, EmbeddingSpace(modelSHA256: model, recipe: recipe, components: components))
  }

  /// The number of a space, if anything was ever stored in it.
  static func number(of space: EmbeddingSpace, in database: Database) throws -> Int? {
    try database.firstRow(
      "SELECT number FROM space WHERE model = ? AND recipe = ? AND components = ?",
      values(of: space)
    ) { $0.integer(0) } ?? nil
  }

  /// The number of a space; adds a new space.
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
