/// The total size of all diagnoses in PostgreSQL, in bytes. It is stored in a table with one row.
///
/// Triggers update the total, so enforcing its limit needs no scan. In SQLite, the only process tracks the total
/// itself.
enum DiagnosisTotal {
  /// Reads the total, and locks it so that other writes of diagnoses wait until the transaction ends.
  ///
  /// Deletions lock this row before they lock a volume. Call this function before you lock a volume; otherwise the two
  /// transactions could deadlock.
  ///
  /// - Returns: The total in bytes; nil for SQLite.
  static func lock(_ database: any StoreConnection) throws -> Int? {
    switch database.dialect {
    case .sqlite: return nil
    case .postgreSQL:
      let total = try database.integer("SELECT bytes FROM diagnosis_total FOR UPDATE")
      guard let total else { throw StoreError.corrupt }
      return total
    }
  }

  private static let schema = PostgresSchema.name

  static let tables = [
    "CREATE TABLE diagnosis_total (bytes bigint NOT NULL)",
    """
    CREATE FUNCTION count_diagnosis_bytes() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE change bigint := 0;
    BEGIN
      IF TG_OP <> 'DELETE' THEN
        change := change + coalesce((SELECT sum(length(document)) FROM added), 0);
      END IF;
      IF TG_OP <> 'INSERT' THEN
        change := change - coalesce((SELECT sum(length(document)) FROM removed), 0);
      END IF;
      UPDATE \(schema).diagnosis_total SET bytes = bytes + change WHERE change <> 0;
      RETURN NULL;
    END $$
    """,
    trigger("INSERT", "NEW TABLE AS added"), trigger("DELETE", "OLD TABLE AS removed"),
    trigger("UPDATE", "OLD TABLE AS removed NEW TABLE AS added"),
    // The `CREATE TRIGGER` statements have locked the table, so no diagnosis can be added before the total is correct.
    """
    INSERT INTO diagnosis_total (bytes) SELECT coalesce(sum(length(document)), 0) FROM diagnosis
    """,
  ]

  private static func trigger(_ event: String, _ tables: String) -> String {
    """
    CREATE TRIGGER diagnosis_bytes_\(event.lowercased()) AFTER \(event) ON diagnosis
    REFERENCING \(tables) FOR EACH STATEMENT EXECUTE FUNCTION count_diagnosis_bytes()
    """
  }
}
