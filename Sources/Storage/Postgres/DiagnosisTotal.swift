/// The bytes of all diagnoses in PostgreSQL, in a table of one row. Triggers keep it right, so that the limit of the size
/// of all diagnoses costs no scan. SQLite's only process knows the number itself.
enum DiagnosisTotal {
  /// Reads the number, and makes other writes of diagnoses wait until the transaction ends.
  ///
  /// Deletions lock this row before the volume's. Call this before you lock a volume, so that the two never wait for each
  /// other.
  ///
  /// - Returns: Nil for SQLite.
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
    // The triggers have locked the table.
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
