/// A column of a table, and the property of the record that the column stores.
struct Field<Record: Sendable>: Sendable {
  typealias Path<Value> = any WritableKeyPath<Record, Value> & Sendable

  let name: String
  let kind: ColumnKind
  /// Returns the value to store. Looking up the number of a space requires the database.
  let value: @Sendable (Record, any StoreConnection) throws -> SQLValue
  /// Adds the property's value to the row's checksum.
  let cover: @Sendable (Record, inout RowChecksum) -> Void
  /// Sets the property from a column. The fields before this one have already been set.
  ///
  /// - Returns: Whether the column contains a valid value.
  let read: @Sendable (any RowColumns, Int32, [Int: EmbeddingSpace], inout Record) -> Bool
}

extension Field {
  /// The column for the checksum of the other columns. ``Table`` computes and compares it.
  static var checksum: Field {
    Field(
      name: "checksum", kind: .integer, value: { _, _ in .null }, cover: { _, _ in },
      read: { _, _, _, _ in true })
  }

  static func integer(
    _ name: String, _ path: Path<Int>, in range: ClosedRange<Int> = .min ... .max
  ) -> Field {
    property(name, .integer, path, SQLValue.integer) { row, column, _ in
      row.integer(column).flatMap { range.contains($0) ? $0 : nil }
    }
  }

  static func text(_ name: String, _ path: Path<String>) -> Field {
    property(name, .text, path, SQLValue.text) { row, column, _ in row.text(column) }
  }

  /// - Parameter count: The required number of bytes; nil for any number.
  static func bytes(_ name: String, _ path: Path<[UInt8]>, count: Int? = nil) -> Field {
    property(name, .blob, path, SQLValue.bytes) { row, column, _ in
      row.bytes(column).flatMap { $0.count == count ?? $0.count ? $0 : nil }
    }
  }

  static func tags(_ name: String, _ path: Path<[String: String]>) -> Field {
    property(name, .blob, path, { .bytes(MetadataBytes.encode($0)) }) { row, column, _ in
      row.withBytes(column, MetadataBytes.tags) ?? nil
    }
  }

  /// A column of finite floats. There are as many floats as the record's space has components.
  static func floats(_ path: Path<[Float]>, of space: Path<EmbeddingSpace>) -> Field {
    property("floats", .blob, path, SQLValue.floats) { row, column, record in
      row.floats(column, count: record[keyPath: space].components)
    }
  }

  /// A column that stores a space as its number.
  static func space(_ path: Path<EmbeddingSpace>) -> Field {
    Field(
      name: "space", kind: .integer,
      value: { .integer(try $0[keyPath: path].add(to: $1)) },
      cover: { $1.add($0[keyPath: path]) },
      read: { row, column, spaces, record in
        guard let space = row.integer(column).flatMap({ spaces[$0] }) else { return false }
        record[keyPath: path] = space
        return true
      })
  }

  static func optionalInteger(_ name: String, _ path: Path<Int?>) -> Field {
    optional(name, .integer, path, missing: .integer(0), SQLValue.integer) { $0.integer($1) }
  }

  static func optionalText(_ name: String, _ path: Path<String?>) -> Field {
    optional(name, .text, path, missing: .null, SQLValue.text) { $0.text($1) }
  }

  static func optionalBytes(_ name: String, _ path: Path<[UInt8]?>) -> Field {
    optional(name, .blob, path, missing: .bytes([]), SQLValue.bytes) { $0.bytes($1) }
  }

  private static func optional<Value>(
    _ name: String, _ kind: ColumnKind, _ path: Path<Value?>, missing: SQLValue,
    _ encode: @escaping @Sendable (Value) -> SQLValue,
    _ decode: @escaping @Sendable (any RowColumns, Int32) -> Value?
  ) -> Field {
    // Only the checksum detects a column with the wrong type.
    property(name, .optional(kind), path, missing: missing, { $0.map(encode) ?? .null }) {
      row, column, _ in .some(decode(row, column))
    }
  }

  /// - Parameter missing: The value that null contributes to the checksum; nil for a column that is never null. A mark
  ///   precedes the value: 0 for null and 1 otherwise. The mark distinguishes null from a stored value equal to
  ///   `missing`.
  private static func property<Value>(
    _ name: String, _ kind: ColumnKind, _ path: Path<Value>, missing: SQLValue? = nil,
    _ encode: @escaping @Sendable (Value) -> SQLValue,
    _ decode: @escaping @Sendable (any RowColumns, Int32, Record) -> Value?
  ) -> Field {
    Field(
      name: name, kind: kind,
      value: { record, _ in encode(record[keyPath: path]) },
      cover: { record, checksum in
        let value = encode(record[keyPath: path])
        guard let missing else { return checksum.add(value) }
        let isMissing = if case .null = value { true } else { false }
        checksum.add(isMissing ? 0 : 1)
        checksum.add(isMissing ? missing : value)
      },
      read: { row, column, _, record in
        guard let value = decode(row, column, record) else { return false }
        record[keyPath: path] = value
        return true
      })
  }
}

/// The type of content that a column can have.
indirect enum ColumnKind: Sendable {
  case integer, text, blob
  case optional(ColumnKind)

  /// Whether a column on a damaged page, whose type is `type`, can have this kind.
  func fits(_ type: ColumnType) -> Bool {
    switch (self, type) {
    case (.integer, .integer), (.integer, .constant), (.text, .text), (.blob, .blob): true
    case (.optional(let kind), _): type == .null || kind.fits(type)
    case (.integer, _), (.text, _), (.blob, _): false
    }
  }
}
