import Files

extension Store {
  /// A copy of a store's file from before a migration.
  public struct MigrationCopyFile: Sendable, Equatable {
    /// The file's name, without its folder.
    public let name: String
    /// When the copy was made, in seconds since 1970.
    public let madeAt: Int
  }

  /// Creates or migrates a store, and closes it.
  ///
  /// - Returns: The versions of the tables before and after; 0 if there were none.
  public static func migrate(path: String) throws(StoreError) -> (from: Int, to: Int) {
    guard isAddress(path) else {
      guard path != ":memory:" else { throw .unfit }
      do {
        let before = FileSystem.exists(path) ? try StoreOpening.version(path) : 0
        try Store(path: path).close()
        return (before, StoreSchema.version)
      } catch { throw StoreError(error) }
    }
    do {
      let connection = try PostgresConnection(path)
      let before = try PostgresSchema.storedVersion(connection)
      try PostgresSchema.prepare(connection)
      return (before, try PostgresSchema.storedVersion(connection))
    } catch { throw StoreError(postgres: error) }
  }

  /// The copies of a store in a file that were made before its migrations. They have stored data that deletions do not
  /// reach.
  public static func migrationCopies(of path: String) -> [MigrationCopyFile] {
    guard !isAddress(path), path != ":memory:" else { return [] }
    return MigrationCopy.all(of: path).map {
      MigrationCopyFile(name: FileSystem.name(of: $0.path), madeAt: $0.modified)
    }
  }

  /// Removes the copies that were made before `seconds` since 1970, because all their data is older.
  ///
  /// - Returns: Number of removed copies.
  public static func removeMigrationCopies(
    of path: String, madeBefore seconds: Int
  ) throws(StoreError) -> Int {
    guard !isAddress(path), path != ":memory:" else { return 0 }
    let old = MigrationCopy.all(of: path).filter { $0.modified < seconds }
    for copy in old { try StoreError.from(try FileSystem.remove(copy.path)) }
    return old.count
  }
}
