import Files
import GRDB
import GRDBSQLite

/// Opens connections to a SQLite database.
enum StoreOpening {
  /// Maximum time in seconds for which a connection waits for a lock.
  static let busySeconds = 2

  /// Maximum number of concurrent connections for reading.
  static let readers = 4

  /// Opens a new database in memory.
  static func memory() throws -> any DatabaseWriter {
    let queue = try DatabaseQueue(configuration: configuration())
    try StoreSchema.migrations.migrate(queue)
    return queue
  }

  /// Opens the existing file at `path` and migrates it to the newest schema.
  ///
  /// A file with an older schema is copied first; see ``MigrationCopy``. Files of later versions or of other programs
  /// are refused and not changed.
  ///
  /// - Parameters:
  ///   - logPages: Number of pages in the write-ahead log at which SQLite moves them into the database file.
  ///   - measure: Returns the free bytes and the total size in bytes of the disk that contains a folder.
  static func file(
    _ path: String, logPages: Int = 1000,
    measure: (String) -> (free: Int, size: Int)? = FileSystem.space
  ) throws -> any DatabaseWriter {
    let pool: DatabasePool
    do {
      let version = try acceptedVersion(path)
      if version > 0, version < StoreSchema.version {
        try MigrationCopy.make(of: path, version: version, measure)
      }
      pool = try DatabasePool(path: path, configuration: configuration())
    } catch {
      // This program's statements are valid, so a general SQL error means that the file is damaged.
      throw StoreError(error) == .failed(code: SQLITE_ERROR) ? StoreError.corrupt : error
    }
    do {
      // GRDB sets `synchronous` to `NORMAL` for its writer. A power cut could then lose a commit.
      try pool.writeWithoutTransaction {
        try $0.run("PRAGMA synchronous = FULL")
        try $0.run("PRAGMA wal_autocheckpoint = \(logPages)")
      }
      try StoreSchema.migrations.migrate(pool)
      guard try pool.read(StoreSchema.isIntact) else { throw StoreError.corrupt }
    } catch {
      try? pool.close()
      throw error
    }
    return pool
  }

  /// Opens a file for reading only. Another process may write to the file at the same time.
  static func readOnly(_ path: String) throws -> DatabaseQueue {
    var configuration = configuration()
    configuration.readonly = true
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  /// Returns the number of migrations applied to a file; 0 if the file is empty.
  static func version(_ path: String) throws -> Int {
    let queue = try readOnly(path)
    defer { try? queue.close() }
    return try queue.read { try StoreSchema.migrations.appliedIdentifiers($0).count }
  }

  /// Like ``version(_:)``, but throws for a file of a later version or of another program.
  private static func acceptedVersion(_ path: String) throws -> Int {
    let queue = try readOnly(path)
    defer { try? queue.close() }
    return try queue.read { database in
      let applied = try StoreSchema.migrations.appliedIdentifiers(database)
      let known = Set(StoreSchema.migrations.migrations)
      guard applied.isSubset(of: known) else {
        throw StoreError.newerSchema(found: applied.count, known: known.count)
      }
      guard applied.isEmpty else { return applied.count }
      // After a crash during the creation of the file, it may contain only GRDB's own tables.
      let others = try database.integer(
        """
        SELECT 1 FROM sqlite_master
          WHERE substr(name, 1, 5) <> 'grdb_' AND tbl_name <> 'grdb_migrations'
        """)
      if others != nil { throw StoreError.foreign }
      return 0
    }
  }

  private static func configuration() -> Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(Double(busySeconds))
    configuration.foreignKeysEnabled = true
    configuration.maximumReaderCount = readers
    // If a rollback fails on a faulty disk, GRDB must not stop the process. The next write then starts with a rollback.
    configuration.allowsUnsafeTransactions = true
    configuration.prepareDatabase { database in
      for pragma in pragmas { try database.run("PRAGMA \(pragma)") }
      guard database.configuration.readonly else { return }
      // Only the writer moves pages from the log to the database file.
      for pragma in ["query_only = ON", "wal_autocheckpoint = 0"] {
        try database.run("PRAGMA \(pragma)")
      }
    }
    return configuration
  }

  private static let pragmas = [
    "page_size = \(StoreSchema.pageSize)",
    "busy_timeout = \(busySeconds * 1000)",
    "synchronous = FULL",
    "trusted_schema = OFF",
    "cell_size_check = ON",
    "secure_delete = ON",
    "mmap_size = 0",
    "journal_size_limit = \(64 << 20)",
    // Otherwise, a sort could write patients' tags to a temporary folder.
    "temp_store = MEMORY",
    "cache_size = -\(16 << 10)",
  ]
}
