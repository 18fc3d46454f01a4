import CZlib

/// The CRC-32 of a row's content. The length of each field is included. Moving a byte from one field to another
/// therefore changes the checksum.
struct RowChecksum {
  private var crc: UInt = 0

  /// The checksum to store.
  var value: Int { Int(crc) }

  /// Starts the checksum with the kind of the row. A row that is moved to another table therefore has a wrong checksum.
  init(_ kind: String) { add(kind) }

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    var length = UInt64(bytes.count).littleEndian
    crc = withUnsafeBytes(of: &length) { Self.continued(crc, $0) }
    crc = Self.continued(crc, bytes)
  }

  mutating func add(_ bytes: [UInt8]) { bytes.withUnsafeBytes { add($0) } }

  mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
  }

  /// Adds a value. Null does not change the checksum.
  mutating func add(_ value: SQLValue) {
    switch value {
    case .null: break
    case .integer(let integer): add(integer)
    case .text(let text): add(text)
    case .bytes(let bytes): add(bytes)
    case .floats(let floats): floats.withUnsafeBytes { add($0) }
    }
  }

  mutating func add(_ integer: Int) {
    var value = Int64(integer).littleEndian
    withUnsafeBytes(of: &value) { add($0) }
  }

  mutating func add(_ space: EmbeddingSpace) {
    add(space.modelSHA256)
    add(space.recipe)
    add(space.components)
  }

  private static func continued(_ crc: UInt, _ bytes: UnsafeRawBufferPointer) -> UInt {
    guard let start = bytes.baseAddress, !bytes.isEmpty else { return crc }
    return crc32_z(crc, start.assumingMemoryBound(to: UInt8.self), bytes.count)
  }
}
