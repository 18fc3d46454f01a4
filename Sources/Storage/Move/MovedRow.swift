import Formats
import Hashing

/// The primary key of a row, and the row's size.
struct MovedKey: Sendable {
  /// The values of the key columns. Texts are represented as bytes.
  let values: [SQLValue]
  /// The approximate size of the row in bytes.
  let size: Int

  /// Bytes that are equal only for equal keys.
  var identity: [UInt8] {
    var bytes: [UInt8] = []
    for value in values { value.encode { bytes += $0 } }
    return bytes
  }

  /// The row's number if the key is a single number; otherwise nil.
  var number: Int? {
    if values.count == 1, case .integer(let number) = values[0] { number } else { nil }
  }
}

/// A row with its values exactly as stored.
struct MovedRow: Sendable {
  /// The ``MovedKey/identity`` of the row's key.
  let identity: [UInt8]
  let values: [SQLValue]
  /// The SHA-256 of the values.
  let digest: [UInt8]
}

/// Counts the rows of a table and computes a digest of the rows in key order.
struct TableDigest: Sendable {
  private(set) var rows = 0
  private var hash = SHA256()

  mutating func add(_ row: MovedRow) {
    rows += 1
    hash.update(data: row.digest)
  }

  /// The digest in hexadecimal.
  var text: String { hexadecimal(hash.finalize()) }
}

extension MovedTable {
  /// Returns the keys of the next rows in key order, after `lower` and up to and including `upper`.
  ///
  /// - Parameters:
  ///   - limit: Maximum number of keys.
  ///   - bytes: Maximum total size of the rows, which is approximate. A single larger row is still returned.
  func keys(
    after lower: MovedKey?, through upper: MovedKey? = nil, limit: Int, bytes: Int = .max,
    in database: any StoreConnection
  ) throws -> [MovedKey] {
    let range = range(after: lower, through: upper, database.dialect)
    var keys: [MovedKey] = []
    var total = 0
    try database.forEachRow(
      "\(selectKeys(database.dialect)) \(range.sql) LIMIT ?", range.values + [.integer(limit)]
    ) { row in
      var values: [SQLValue] = []
      for (index, column) in key.enumerated() {
        let place = Int32(index)
        let value: SQLValue? =
          switch column.kind.base {
          case .integer, .optional: row.integer(place).map(SQLValue.integer)
          case .text, .blob: row.bytes(place).map(SQLValue.bytes)
          }
        guard let value else { throw StoreError.corrupt }
        values.append(value)
      }
      let found = MovedKey(values: values, size: row.integer(Int32(key.count)) ?? 0)
      (total, _) = total.addingReportingOverflow(found.size)
      guard keys.isEmpty || total <= bytes else { return false }
      keys.append(found)
      return true
    }
    return keys
  }

  /// Passes the rows with these keys to `body`, in key order. The row is nil if it is wrong or refers to a row that
  /// does not exist.
  ///
  /// - Parameters:
  ///   - lower: The last key before `keys`; nil if there is none. No other keys are between `lower` and the last of
  ///     `keys`.
  ///   - spaces: The spaces that are needed to check the rows. If nil, only the types of the values are checked.
  func forEachRow(
    after lower: MovedKey?, keys: [MovedKey], checkedWith spaces: [Int: EmbeddingSpace]?,
    in database: any StoreConnection, _ body: (MovedKey, MovedRow?) throws -> Void
  ) throws {
    let range = range(after: lower, through: keys.last, database.dialect)
    var rest = keys[...]
    try database.forEachRow("\(select()) \(range.sql)", range.values) { row in
      guard let key = rest.popFirst() else { throw StoreError.corrupt }
      let isSound = spaces.map { self.isSound(row, spaces: $0) } ?? true
      try body(key, isSound ? self.row(row) : nil)
      return true
    }
    // If an index is damaged, one of the two queries may miss rows.
    guard rest.isEmpty else { throw StoreError.corrupt }
  }

  /// Reads a row returned by ``select()``; nil if a value does not have its column's type.
  private func row(_ row: any RowColumns) -> MovedRow? {
    var values: [SQLValue] = []
    values.reserveCapacity(columns.count)
    for (index, column) in columns.enumerated() {
      guard let value = Self.value(row, Int32(index), column.kind) else { return nil }
      values.append(value)
    }
    var hash = SHA256()
    for value in values { value.encode { hash.update(bufferPointer: $0) } }
    var identity: [UInt8] = []
    for column in key {
      guard let index = columns.firstIndex(where: { $0.name == column.name }) else { continue }
      values[index].encode { identity += $0 }
    }
    return MovedRow(identity: identity, values: values, digest: hash.finalize())
  }

  private static func value(_ row: any RowColumns, _ column: Int32, _ kind: ColumnKind)
    -> SQLValue?
  {
    switch kind {
    case .integer: row.integer(column).map(SQLValue.integer)
    case .text: row.text(column).map(SQLValue.text)
    case .blob: row.bytes(column).map(SQLValue.bytes)
    case .optional(let kind): row.isNull(column) ? .null : value(row, column, kind)
    }
  }

  private func isSound(_ row: any RowColumns, spaces: [Int: EmbeddingSpace]) -> Bool {
    for index in references.indices where row.integer(Int32(columns.count + index)) != 1 {
      return false
    }
    if stored == .searchRow { return Self.isSoundSearchRow(row, spaces: spaces) }
    // A table without checksums has no layout.
    return stored?.layout?.isSound(row, spaces: spaces) ?? true
  }

  /// Returns whether a search row is valid for its embedding. `row` comes from ``select()``.
  private static func isSoundSearchRow(
    _ row: any RowColumns, spaces: [Int: EmbeddingSpace]
  ) -> Bool {
    // The columns are: embedding, checksum, floats, whether the embedding exists, its space, its input digest.
    guard let space = row.integer(4).flatMap({ spaces[$0] }), let digest = row.bytes(5),
      let floats = row.floats(2, count: space.components)
    else { return false }
    var checksum = EmbeddingTable.searchRowChecksum(space: space)
    checksum.add(digest)
    checksum.add(.floats(floats))
    return row.integer(1) == checksum.value
  }
}

extension SQLValue {
  /// Passes an unambiguous encoding of the value to `body`: the length and the bytes, or a marker for null. Within a
  /// column, only equal values have equal encodings. A text and its bytes have the same encoding, because PostgreSQL
  /// stores texts as bytes.
  fileprivate func encode(_ body: (UnsafeRawBufferPointer) -> Void) {
    func pass(_ bytes: UnsafeRawBufferPointer) {
      withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { body($0) }
      body(bytes)
    }
    switch self {
    case .null: withUnsafeBytes(of: UInt64.max.littleEndian) { body($0) }
    case .integer(let integer): withUnsafeBytes(of: Int64(integer).littleEndian) { pass($0) }
    case .text(var text): text.withUTF8 { pass(UnsafeRawBufferPointer($0)) }
    case .bytes(let bytes): bytes.withUnsafeBytes { pass($0) }
    case .floats(let floats): floats.withUnsafeBytes { pass($0) }
    }
  }
}
