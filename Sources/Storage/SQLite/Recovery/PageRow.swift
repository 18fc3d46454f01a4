/// A row that was read directly from a page, with the types of its columns.
///
/// - Source: sqlite.org/fileformat2.html, sections 1.6 and 2.1.
struct PageRow: RowColumns {
  /// The row's number, which SQLite stores outside the record.
  let number: Int
  private let record: [UInt8]
  private let columns: [Column]

  /// A column's type and the range of its bytes in the record.
  struct Column {
    let type: ColumnType
    let bytes: Range<Int>
  }

  /// - Returns: Nil if the record's header does not match its length.
  init?(number: Int, record: [UInt8]) {
    guard let columns = Self.columns(of: record) else { return nil }
    self.number = number
    self.record = record
    self.columns = columns
  }

  /// Returns the columns that a record's header lists; nil if the header is invalid.
  ///
  /// - Parameter isWhole: True if `record` is complete. The columns must then fill it exactly.
  static func columns(of record: [UInt8], isWhole: Bool = true) -> [Column]? {
    var place = 0
    guard let headerBytes = record.varint(at: &place), headerBytes >= 1,
      headerBytes <= min(UInt64(record.count), headerLimit)
    else { return nil }
    var columns: [Column] = []
    var start = Int(headerBytes)
    while place < Int(headerBytes) {
      guard let code = record.varint(at: &place), let type = ColumnType(code) else { return nil }
      let (end, overflows) = start.addingReportingOverflow(type.byteCount)
      guard !overflows, !isWhole || end <= record.count else { return nil }
      columns.append(Column(type: type, bytes: start..<end))
      start = end
    }
    return place == Int(headerBytes) && (!isWhole || start == record.count) ? columns : nil
  }

  /// Maximum size of a record's header in bytes. The store's tables have at most a dozen columns.
  private static let headerLimit: UInt64 = 128

  func integer(_ column: Int32) -> Int? {
    guard let found = self.column(column) else { return nil }
    switch found.type {
    case .null: return column == 0 ? number : nil
    case .integer(let bytes):
      let isNegative = record[found.bytes.lowerBound] & 0x80 != 0
      return record[found.bytes].reduce(isNegative && bytes < 8 ? -1 : 0) { $0 << 8 | Int($1) }
    case .constant(let value): return value
    case .real, .text, .blob: return nil
    }
  }

  func text(_ column: Int32) -> String? {
    guard let column = self.column(column), case .text = column.type else { return nil }
    return String(validating: record[column.bytes], as: UTF8.self)
  }

  func isNull(_ column: Int32) -> Bool {
    guard let found = self.column(column), case .null = found.type else { return false }
    // In column 0, SQLite stores the row's number as null.
    return column != 0
  }

  func passBytes(_ column: Int32, to body: (UnsafeRawBufferPointer) -> Void) {
    guard let column = self.column(column), case .blob = column.type else { return }
    record.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[column.bytes])) }
  }

  private func column(_ index: Int32) -> Column? {
    columns.indices.contains(Int(index)) ? columns[Int(index)] : nil
  }
}

/// The type and size of a column.
enum ColumnType: Equatable {
  case null
  case integer(bytes: Int)
  /// The number 0 or 1, which needs no bytes in the record.
  case constant(Int)
  case real
  case text(bytes: Int)
  case blob(bytes: Int)

  /// - Returns: Nil for a code that SQLite never writes.
  init?(_ code: UInt64) {
    switch code {
    case 0: self = .null
    case 1...4: self = .integer(bytes: Int(code))
    case 5: self = .integer(bytes: 6)
    case 6: self = .integer(bytes: 8)
    case 7: self = .real
    case 8, 9: self = .constant(Int(code) - 8)
    case 12...(1 << 40):
      let bytes = Int(code - 12) / 2
      self = code.isMultiple(of: 2) ? .blob(bytes: bytes) : .text(bytes: bytes)
    default: return nil
    }
  }

  var byteCount: Int {
    switch self {
    case .null, .constant: 0
    case .integer(let bytes), .text(let bytes), .blob(let bytes): bytes
    case .real: 8
    }
  }
}

extension [UInt8] {
  /// Reads a variable-length integer at `place` and moves `place` past it; nil if the array is too short.
  func varint(at place: inout Int) -> UInt64? {
    var value: UInt64 = 0
    for index in 0..<9 {
      guard place >= 0, place < count else { return nil }
      let byte = self[place]
      place += 1
      if index == 8 { return value << 8 | UInt64(byte) }
      value = value << 7 | UInt64(byte & 0x7f)
      if byte & 0x80 == 0 { return value }
    }
    return value
  }
}
