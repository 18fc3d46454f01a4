/// The change log in PostgreSQL. Its entry numbers have no gaps and follow the order of the commits, because each
/// transaction that appends to the log locks the row of `revision` until it ends. SQLite has no change log.
enum ChangeLog {
  /// The notification channel that announces new changes.
  static let channel = "brgsa_changes"
  /// Number of random bytes in the mark of an entry.
  static let markBytes = 8
  /// Age in seconds after which entries are deleted.
  static let lifetime = 7 * 86_400

  static let tables = [
    // One row: the number of the newest entry.
    "CREATE TABLE revision (number bigint NOT NULL)",
    "INSERT INTO revision (number) VALUES (0)",
    """
    CREATE TABLE change (
      revision bigint PRIMARY KEY,
      mark bytea NOT NULL,
      kind text COLLATE "C" NOT NULL,
      id bytea NOT NULL,
      created_at bigint NOT NULL DEFAULT \(now)
    )
    """,
    // The first entry. A follower that has read the empty store continues from this entry.
    """
    INSERT INTO change (revision, mark, kind, id)
    VALUES (0, substr(uuid_send(gen_random_uuid()), 9), 'losses', '')
    """,
  ]

  private static let now = SQLDialect.postgreSQL.now

  /// Locks the log. Waits for other transactions that append to it, and makes later ones wait until this transaction
  /// ends.
  static func lock(_ database: any StoreConnection) throws {
    switch database.dialect {
    // In SQLite, only one write transaction runs at a time.
    case .sqlite: break
    case .postgreSQL: _ = try database.integer("SELECT number FROM revision FOR UPDATE")
    }
  }

  /// Appends the changes that the transaction recorded. The server notifies listeners when the transaction commits.
  ///
  /// - Returns: False if there were no changes.
  static func append(_ changes: [StoreChange], to database: any StoreConnection) throws -> Bool {
    guard !changes.isEmpty else { return false }
    let last = try database.integer(
      "UPDATE revision SET number = number + ? RETURNING number", [.integer(changes.count)])
    guard let last else { throw StoreError.corrupt }
    var random = SystemRandomNumberGenerator()
    for (index, change) in changes.enumerated() {
      let mark = withUnsafeBytes(of: random.next() as UInt64) { Array($0.prefix(markBytes)) }
      try database.run(
        "INSERT INTO change (revision, mark, kind, id) VALUES (?, ?, ?, ?)",
        [
          .integer(last - changes.count + 1 + index), .bytes(mark), .text(change.kind.rawValue),
          .bytes(Array(change.id.utf8)),
        ])
    }
    _ = try database.integer("SELECT 1 FROM (SELECT pg_notify('\(channel)', '')) AS told")
    return true
  }

  /// Returns the place of the newest change.
  static func newest(_ database: any StoreConnection) throws -> LogPlace {
    let found = try database.firstRow(
      "SELECT revision, mark FROM change ORDER BY revision DESC LIMIT 1", [], place)
    guard let newest = found ?? nil else { throw StoreError.corrupt }
    return newest
  }

  /// Reads at most `limit` changes that follow `known`.
  ///
  /// - Returns: The changes and the place of the last one. If nothing follows `known`, the place is `known`. Nil if the
  ///   caller must read everything again: the log no longer contains `known`, has a gap after it, or contains a change
  ///   of an unknown kind.
  static func changes(
    after known: LogPlace, limit: Int, in database: any StoreConnection
  ) throws -> (changes: [StoreChange], last: LogPlace)? {
    var found: (changes: [StoreChange], last: LogPlace)?
    var isWhole = true
    try database.forEachRow(
      "SELECT revision, mark, kind, id FROM change WHERE revision >= ? ORDER BY revision LIMIT ?",
      [.integer(known.revision), .integer(max(limit, 1) + 1)]
    ) { row in
      guard let place = place(row) else { return end() }
      guard let last = found?.last else {
        if place == known { found = ([], known) }
        return found != nil
      }
      guard place.revision == last.revision + 1,
        // A later version of the program may write other kinds.
        let kind = row.text(2).flatMap(StoreChange.Kind.init(rawValue:)), let id = row.text(3)
      else { return end() }
      found?.changes.append(StoreChange(kind: kind, id: id))
      found?.last = place
      return true
    }
    func end() -> Bool {
      isWhole = false
      return false
    }
    return isWhole ? found : nil
  }

  /// Deletes entries that are older than `seconds`, but never the newest entry.
  static func deleteChanges(olderThan seconds: Int, in database: any StoreConnection) throws {
    switch database.dialect {
    case .sqlite: break
    case .postgreSQL:
      // A clock may be set back, so an entry may have an earlier time than its predecessor. Only entries before the
      // first young one are deleted, so the log gets no gap.
      try database.run(
        """
        DELETE FROM change WHERE revision < coalesce(
          (SELECT min(revision) FROM change WHERE created_at >= \(now) - ?),
          (SELECT max(revision) FROM change))
        """, [.integer(seconds)])
    }
  }

  private static func place(_ row: any RowColumns) -> LogPlace? {
    guard let revision = row.integer(0), let mark = row.bytes(1), mark.count == markBytes
    else { return nil }
    return LogPlace(revision: revision, mark: mark)
  }
}
