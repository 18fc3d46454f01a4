import Files

extension Store {
  /// Copies all rows of one store to another. No other process may use either store. The target may already contain
  /// some of the rows, because an earlier move was interrupted.
  ///
  /// - Parameters:
  ///   - source: The path or address of the store to read. An older store is migrated first.
  ///   - target: The path or address of the store to write. It is created if it does not exist.
  ///   - progress: Called after each transaction with the table's name and the number of its rows moved so far.
  /// - Returns: The contents of both stores after the move.
  public static func move(
    from source: String, to target: String,
    progress: @escaping (_ table: String, _ rows: Int) -> Void = { _, _ in }
  ) async throws(StoreMoveError) -> MoveResult {
    guard source != ":memory:", target != ":memory:" else { throw .inMemory }
    guard !isSame(source, target) else { throw .sameStore }
    guard try hasStore(source) else { throw .noSource }
    let from = try open(source, StoreMoveError.source)
    defer { from.close() }
    let to = try open(target, StoreMoveError.target)
    defer { to.close() }
    var move = StoreMove(from: from.engine, to: to.engine, progress: progress)
    let tables = try move.run()
    let jobs: Int
    do throws(StoreError) { jobs = try await from.unfinishedJobs().count } catch {
      throw .source(error)
    }
    try await moveClock(from: from, to: to)
    let setAside: String? = if case .recovered(let name) = from.state { name } else { nil }
    return MoveResult(tables: tables, setAside: setAside, unfinishedJobs: jobs)
  }

  /// The result of a move.
  public struct MoveResult: Sendable, Equatable {
    /// The tables, in the order in which they were moved.
    public let tables: [MovedTableResult]
    /// The new name of the damaged source file if the source had to be rebuilt; otherwise nil.
    public let setAside: String?
    /// Number of jobs in the source that have not ended.
    public let unfinishedJobs: Int

    /// Whether all rows were moved.
    public var isComplete: Bool { setAside == nil && tables.allSatisfy(\.isComplete) }
  }

  private static func isSame(_ path: String, _ other: String) -> Bool {
    if path == other { return true }
    guard !isAddress(path), !isAddress(other), let file = FileIdentity(path) else { return false }
    return file.file == FileIdentity(other)?.file
  }

  private static func hasStore(_ path: String) throws(StoreMoveError) -> Bool {
    guard isAddress(path) else { return FileSystem.exists(path) }
    do {
      return try PostgresSchema.installedVersion(PostgresConnection(path)) > 0
    } catch { throw .source(StoreError(postgres: error)) }
  }

  private static func open(
    _ path: String, _ failure: (StoreError) -> StoreMoveError
  ) throws(StoreMoveError) -> Store {
    do throws(StoreError) {
      let store = try Store(path: path, isShared: false)
      do throws(StoreError) { try requireKnownTables(store) } catch {
        store.close()
        throw error
      }
      return store
    } catch { throw failure(error) }
  }

  /// Refuses a database that a later program extended, because this program does not know all of its columns.
  private static func requireKnownTables(_ store: Store) throws(StoreError) {
    let version = try store.engine.readingNow { database in
      switch database.dialect {
      // SQLite's engine refuses such a file by itself.
      case .sqlite: Int?.none
      case .postgreSQL: try database.integer("SELECT version FROM schema")
      }
    }
    guard let version, version > PostgresSchema.version else { return }
    throw .newerSchema(found: version, known: PostgresSchema.version)
  }

  /// Copies the last time at which retention found the clock plausible, unless the target has a later time.
  private static func moveClock(from: Store, to: Store) async throws(StoreMoveError) {
    let time: Int?
    do throws(StoreError) { time = try await from.lastSeenTime() } catch { throw .source(error) }
    guard let time else { return }
    do throws(StoreError) {
      if try await to.lastSeenTime() ?? 0 < time { try await to.setLastSeenTime(time) }
    } catch { throw .target(error) }
  }
}
