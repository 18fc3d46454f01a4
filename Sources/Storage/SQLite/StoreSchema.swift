import GRDB

/// The tables in SQLite, as named migrations. A released migration never changes; new migrations are appended.
enum StoreSchema {
  static let migrations: DatabaseMigrator = {
    var migrator = DatabaseMigrator()
    for (name, statements) in [
      ("1 volumes, embeddings, reports, prompt sets, diagnoses", first), ("2 jobs", second),
      ("3 voxels", third), ("4 patch embeddings", fourth), ("5 job leases", fifth),
      ("6 calibrations", sixth), ("7 sources", seventh), ("8 thumbnails", eighth),
    ] {
      migrator.registerMigration(name) { database in
        for sql in statements { try database.execute(sql: sql) }
      }
    }
    return migrator
  }()

  /// The version of the tables that this program creates. It is the number of migrations.
  static var version: Int { migrations.migrations.count }

  /// The application ID in the header of the SQLite file. It identifies this program and spells "brgs" in ASCII.
  static let applicationID = 0x6272_6773

  /// Size of a page in bytes. Two rows of 768 floats fit into one page, so a search row needs no overflow pages.
  static let pageSize = 8192

  /// Returns whether the tables and indexes are exactly those that the migrations create.
  ///
  /// SQLite does not detect a flipped bit in the text that defines a table. It would simply use the changed definition.
  static func isIntact(in database: Database) throws -> Bool {
    let queue = try DatabaseQueue()
    try migrations.migrate(queue)
    return try texts(in: database) == queue.read(texts)
  }

  private static func texts(in database: Database) throws -> [String?] {
    var texts: [String?] = []
    try database.forEachRow("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2") {
      row in
      for column in Int32(0)..<4 { texts.append(row.text(column)) }
      return true
    }
    return texts
  }

  private static let first = [
    "PRAGMA application_id = \(applicationID)",
    """
    CREATE TABLE space (
      number INTEGER PRIMARY KEY,
      model TEXT NOT NULL,
      recipe TEXT NOT NULL,
      components INTEGER NOT NULL,
      UNIQUE (model, recipe, components)
    ) STRICT
    """,
    // The metadata column precedes the document, so that metadata can be read without overflow pages.
    """
    CREATE TABLE volume (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      created_at INTEGER NOT NULL,
      byte_count INTEGER NOT NULL,
      input_digest BLOB NOT NULL,
      metadata_checksum INTEGER NOT NULL,
      metadata BLOB NOT NULL,
      checksum INTEGER NOT NULL,
      document BLOB NOT NULL
    ) STRICT
    """,
    "CREATE INDEX volume_by_time ON volume (created_at, id)",
    "CREATE INDEX volume_by_input ON volume (input_digest)",
    """
    CREATE TABLE volume_tag (
      name TEXT NOT NULL,
      value TEXT NOT NULL,
      volume INTEGER NOT NULL REFERENCES volume ON DELETE CASCADE,
      PRIMARY KEY (name, value, volume)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX volume_tag_by_volume ON volume_tag (volume)",
    """
    CREATE TABLE embedding (
      number INTEGER PRIMARY KEY,
      space INTEGER NOT NULL REFERENCES space,
      input_digest BLOB NOT NULL,
      checksum INTEGER NOT NULL,
      floats BLOB NOT NULL,
      UNIQUE (space, input_digest)
    ) STRICT
    """,
    "CREATE INDEX embedding_by_input ON embedding (input_digest)",
    // Search rows have their own table, so that a scan of all search rows does not read the embeddings.
    """
    CREATE TABLE search_row (
      embedding INTEGER PRIMARY KEY REFERENCES embedding ON DELETE CASCADE,
      checksum INTEGER NOT NULL,
      floats BLOB NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE text_embedding (
      number INTEGER PRIMARY KEY,
      space INTEGER NOT NULL REFERENCES space,
      key BLOB NOT NULL,
      checksum INTEGER NOT NULL,
      floats BLOB NOT NULL,
      UNIQUE (space, key)
    ) STRICT
    """,
    """
    CREATE TABLE report (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      created_at INTEGER NOT NULL,
      space INTEGER NOT NULL REFERENCES space,
      checksum INTEGER NOT NULL,
      floats BLOB NOT NULL,
      tags BLOB NOT NULL,
      text TEXT,
      encoded_text TEXT,
      document BLOB NOT NULL
    ) STRICT
    """,
    "CREATE INDEX report_by_time ON report (created_at, id)",
    """
    CREATE TABLE prompt_set (
      number INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      version INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      checksum INTEGER NOT NULL,
      document BLOB NOT NULL,
      UNIQUE (name, version)
    ) STRICT
    """,
    // A diagnosis must remain when the damaged row of its volume is set aside. It therefore contains the volume's ID
    // and does not refer to the volume's row.
    """
    CREATE TABLE diagnosis (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      created_at INTEGER NOT NULL,
      volume_id TEXT NOT NULL,
      checksum INTEGER NOT NULL,
      document BLOB NOT NULL
    ) STRICT
    """,
    "CREATE INDEX diagnosis_by_volume ON diagnosis (volume_id)",
    "CREATE INDEX diagnosis_by_time ON diagnosis (created_at)",
  ]

  private static let second = [
    // Row numbers follow the order in which jobs arrive. Jobs run in this order.
    """
    CREATE TABLE job (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      created_at INTEGER NOT NULL,
      ended_at INTEGER,
      repetition_key BLOB UNIQUE,
      checksum INTEGER NOT NULL,
      document BLOB NOT NULL
    ) STRICT
    """,
    "CREATE INDEX job_by_end ON job (ended_at)",
  ]

  private static let third = [
    """
    CREATE TABLE voxels (
      number INTEGER PRIMARY KEY,
      input_digest BLOB NOT NULL UNIQUE,
      checksum INTEGER NOT NULL,
      bytes BLOB NOT NULL
    ) STRICT
    """
  ]

  private static let fourth = [
    // The checksum precedes the digest, so that the column types differ from those of an embedding.
    """
    CREATE TABLE patches (
      number INTEGER PRIMARY KEY,
      space INTEGER NOT NULL REFERENCES space,
      checksum INTEGER NOT NULL,
      input_digest BLOB NOT NULL,
      bytes BLOB NOT NULL,
      UNIQUE (input_digest, space)
    ) STRICT
    """
  ]

  private static let fifth = [
    // The process that runs a job (`owner`), the end of its lease in seconds since 1970 (`until`), and the number of
    // times that the job was started (`attempts`). `progress` is in thousandths.
    """
    CREATE TABLE job_lease (
      job INTEGER PRIMARY KEY REFERENCES job ON DELETE CASCADE,
      owner TEXT NOT NULL,
      until INTEGER NOT NULL,
      attempts INTEGER NOT NULL,
      progress INTEGER NOT NULL,
      cancelled INTEGER NOT NULL
    ) STRICT
    """
  ]

  private static let sixth = [
    // The document is empty if the calibration was deleted.
    """
    CREATE TABLE calibration (
      number INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      model TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      checksum INTEGER NOT NULL,
      document BLOB NOT NULL,
      UNIQUE (name, model)
    ) STRICT
    """
  ]

  private static let seventh = [
    """
    CREATE TABLE source (
      number INTEGER PRIMARY KEY,
      place INTEGER NOT NULL,
      parts INTEGER NOT NULL,
      volume_id TEXT NOT NULL,
      checksum INTEGER NOT NULL,
      bytes BLOB NOT NULL,
      UNIQUE (volume_id, place)
    ) STRICT
    """
  ]

  private static let eighth = [
    // The checksum comes first, so that the column types differ from those of voxels.
    """
    CREATE TABLE thumbnail (
      number INTEGER PRIMARY KEY,
      checksum INTEGER NOT NULL,
      input_digest BLOB NOT NULL UNIQUE,
      bytes BLOB NOT NULL
    ) STRICT
    """,
    // The worklist reads the newest diagnosis of each volume.
    "DROP INDEX diagnosis_by_volume",
    "CREATE INDEX diagnosis_by_volume ON diagnosis (volume_id, created_at, id)",
  ]
}
