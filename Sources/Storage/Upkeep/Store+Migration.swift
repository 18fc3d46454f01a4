import Files

extension Store {
  /// A copy of a store's file that was made before a migration.
  public struct MigrationCopyFile: Sendable, Equatable {
    /// The file's name, without its folder.
    public let name: String
    /// When the copy was made, in seconds since 1970.
    public let madeAt: Int
  }

  /// Creates a store or migrates it to the current version, and then closes it.
  ///
  /// - Returns: The version of the tables before and after the migration. The earlier version is 0 if there were no
  ///   tables.
  /// - Throws: ``StoreError/unfit`` for a store in memory, and the errors of ``init(path:limits:isShared:)``.
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

  /// Returns the copies of a store's file that were made before its migrations. Deletions do not affect these copies,
  /// so they may still contain data that was deleted from the store.
  public static func migrationCopies(of path: String) -> [MigrationCopyFile] {
    guard !isAddress(path), path != ":memory:" else { return [] }
    return MigrationCopy.all(of: path).map {
      MigrationCopyFile(name: FileSystem.name(of: $0.path), madeAt: $0.modified)
    }
  }

  /// Removes the copies that were made before a time, because all their data is older than this time.
  ///
  /// - Parameter seconds: The time limit, in seconds since 1970.
  /// - Returns: The number of removed copies.
  public static func removeMigrationCopies(
    of path: String, madeBefore seconds: Int
  ) throws(StoreError) -> Int {
    guard !isAddress(path), path != ":memory:" else { return 0 }
    let old = MigrationCopy.all(of: path).filter { $0.modified < seconds }
    for copy in old { try StoreError.from(try FileSystem.remove(copy.path)) }
    return old.count
  }
}
