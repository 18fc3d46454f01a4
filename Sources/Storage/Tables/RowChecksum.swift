import CZlib

/// The CRC-32 of a row's content. It includes each field's length, so a byte that moves to another
/// field changes the checksum.
struct RowChecksum {
  private var crc: UInt = 0

  /// The value to store.
  var value: Int { Int(crc) }

  /// Starts with the row's kind, so that a row of one table has a wrong checksum in another.
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

  /// Adds a value. Null adds nothing.
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
