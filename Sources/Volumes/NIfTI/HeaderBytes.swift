import Formats

/// The byte order of the numbers in a file.
public enum ByteOrder: String, Sendable {
  /// `little` stores the least significant byte first, and `big` stores the most significant byte first.
  case little, big

  /// The byte order of this machine.
  static let native: ByteOrder = Int16(1).littleEndian == 1 ? .little : .big
}

/// Reads numbers at fixed offsets in a header. A number beyond the end of the header is 0.
struct HeaderBytes {
  let bytes: [UInt8]
  let order: ByteOrder

  /// Returns the integer at `offset`.
  func integer<Integer: FixedWidthInteger>(_ type: Integer.Type, at offset: Int) -> Integer {
    let value = bytes.littleEndian(type, at: offset)
    return order == .little ? value : value.byteSwapped
  }

  /// Returns `count` integers, starting at `offset`, widened to 64 bits.
  func integers<Integer: FixedWidthInteger>(
    _ type: Integer.Type, at offset: Int, count: Int
  ) -> [Int64] {
    (0..<count).map {
      Int64(truncatingIfNeeded: integer(type, at: offset + $0 * MemoryLayout<Integer>.size))
    }
  }

  /// Returns `count` 32-bit floats, starting at `offset`, widened to 64 bits.
  func floats(at offset: Int, count: Int) -> [Double] {
    (0..<count).map { Double(Float(bitPattern: integer(UInt32.self, at: offset + 4 * $0))) }
  }

  /// Returns `count` 64-bit floats, starting at `offset`.
  func doubles(at offset: Int, count: Int) -> [Double] {
    (0..<count).map { Double(bitPattern: integer(UInt64.self, at: offset + 8 * $0)) }
  }
}
