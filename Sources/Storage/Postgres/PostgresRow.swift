import CLibPQ
import Glibc

/// The result of a statement. It owns the memory of libpq's result.
final class PostgresResult {
  fileprivate let result: OpaquePointer
  /// Number of rows.
  let count: Int32

  /// Takes ownership of libpq's result.
  init(_ result: OpaquePointer) {
    self.result = result
    count = max(PQntuples(result), 0)
  }

  deinit { PQclear(result) }

  /// The command tag in the server's response, such as `COMMIT` or `INSERT 0 1`.
  var command: String { PQcmdStatus(result).map { String(cString: $0) } ?? "" }

  /// Number of rows that the statement inserted, changed or deleted; 0 for a query.
  var changedRowCount: Int {
    guard ["INSERT", "UPDATE", "DELETE", "MERGE"].contains(where: command.hasPrefix) else {
      return 0
    }
    return PQcmdTuples(result).map { strtol($0, nil, 10) } ?? 0
  }

  /// Total size of all values in bytes.
  var byteCount: Int {
    var sum = 0
    for row in 0..<count {
      for column in 0..<max(PQnfields(result), 0) { sum += Int(PQgetlength(result, row, column)) }
    }
    return sum
  }

  /// Passes each row to `body`, which returns whether to continue.
  ///
  /// - Returns: False if `body` ended the loop.
  func forEachRow(_ body: (any RowColumns) throws -> Bool) rethrows -> Bool {
    for row in 0..<count {
      guard try body(PostgresRow(result: self, row: row)) else { return false }
    }
    return true
  }
}

/// One row of a result.
///
/// Columns of type `smallint`, `integer` and `bigint` can be read as integers. Columns of type `boolean` are read as
/// the integers 0 and 1, as in SQLite. Columns of type `text`, `varchar` and `bytea` can be read as text, and `bytea`
/// also as bytes.
struct PostgresRow: RowColumns {
  let result: PostgresResult
  let row: Int32

  func integer(_ column: Int32) -> Int? {
    guard let (type, bytes) = value(column) else { return nil }
    switch (type, bytes.count) {
    case (PostgresType.int8, 8): return Int(Self.bigEndian(bytes, as: Int64.self))
    case (PostgresType.int4, 4): return Int(Self.bigEndian(bytes, as: Int32.self))
    case (PostgresType.int2, 2): return Int(Self.bigEndian(bytes, as: Int16.self))
    case (PostgresType.bool, 1): return bytes[0] == 0 ? 0 : 1
    default: return nil
    }
  }

  func text(_ column: Int32) -> String? {
    guard let (type, bytes) = value(column), Self.texts.contains(type) else { return nil }
    return withExtendedLifetime(result) { String(validating: bytes, as: UTF8.self) }
  }

  func isNull(_ column: Int32) -> Bool { PQgetisnull(result.result, row, column) != 0 }

  /// Passes the bytes of a `bytea` value to `body`. Safety: libpq owns the bytes. They may be unaligned and are valid
  /// only during the call.
  func passBytes(_ column: Int32, to body: (UnsafeRawBufferPointer) -> Void) {
    guard let (type, bytes) = value(column), type == PostgresType.bytea else { return }
    withExtendedLifetime(result) { body(bytes) }
  }

  private static let texts = [PostgresType.text, PostgresType.varchar, PostgresType.bytea]

  /// Returns the type and the bytes of a value in binary format; nil for null or for a column that does not exist.
  /// Safety: the result owns the bytes.
  private func value(_ column: Int32) -> (type: Oid, bytes: UnsafeRawBufferPointer)? {
    let result = result.result
    guard column >= 0, column < PQnfields(result), PQfformat(result, column) == 1,
      PQgetisnull(result, row, column) == 0, let start = PQgetvalue(result, row, column)
    else { return nil }
    let count = max(Int(PQgetlength(result, row, column)), 0)
    return (PQftype(result, column), UnsafeRawBufferPointer(start: start, count: count))
  }

  private static func bigEndian<Integer: FixedWidthInteger>(
    _ bytes: UnsafeRawBufferPointer, as type: Integer.Type
  ) -> Integer {
    Integer(bigEndian: bytes.loadUnaligned(as: type))
  }
}
