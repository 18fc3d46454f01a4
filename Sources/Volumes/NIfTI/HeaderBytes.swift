import Formats

/// The byte order of a file.
public enum ByteOrder: String, Sendable {
  /// The least or the most significant byte comes first.
  case little, big

  /// The order of this machine.
  static let native: ByteOrder = Int16(1).littleEndian == 1 ? .little : .big
}

/// Numbers at fixed places of a header; zero beyond its end.
struct HeaderBytes {
  let bytes: [UInt8]
  let order: ByteOrder

  /// The integer at `offset`.
  func integer<Integer: FixedWidthInteger>(_ type: Integer.Type, at offset: Int) -> Integer {
    let value = bytes.littleEndian(type, at: offset)
    return order == .little ? value : value.byteSwapped
  }

  /// `count` integers from `offset`, widened.
  func integers<Integer: FixedWidthInteger>(
    _ type: Integer.Type, at offset: Int, count: Int
  ) -> [Int64] {
    (0..<count).map {
      Int64(truncatingIfNeeded: integer(type, at: offset + $0 * MemoryLayout<Integer>.size))
    }
  }

  /// `count` 32-bit floats from `offset`, widened.
  func floats(at offset: Int, count: Int) -> [Double] {
    (0..<count).map { Double(Float(bitPattern: integer(UInt32.self, at: offset + 4 * $0))) }
  }

  /// `count` 64-bit floats from `offset`.
  func doubles(at offset: Int, count: Int) -> [Double] {
    (0..<count).map { Double(bitPattern: integer(UInt64.self, at: offset + 8 * $0)) }
  }
}
