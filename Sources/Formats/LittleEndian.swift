extension RangeReplaceableCollection<UInt8> {
  /// Makes the bytes of a number in little-endian order.
  @inlinable public init(littleEndian number: some FixedWidthInteger) {
    self.init()
    append(littleEndian: number)
  }

  /// Appends the bytes of a number in little-endian order.
  @inlinable public mutating func append(littleEndian number: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }
}

extension [UInt8] {
  /// Overwrites the bytes that start at `place` with a number in little-endian order.
  @inlinable public mutating func put(littleEndian number: some FixedWidthInteger, at place: Int) {
    withUnsafeMutableBytes {
      $0.storeBytes(of: number.littleEndian, toByteOffset: place, as: type(of: number))
    }
  }

  /// Returns the little-endian number that starts at `place`; 0 if it extends beyond the end.
  @inlinable public func littleEndian<Number: FixedWidthInteger>(_: Number.Type, at place: Int)
    -> Number
  {
    let width = MemoryLayout<Number>.size
    guard place >= 0, place <= count - width else { return 0 }
    return withUnsafeBytes {
      Number(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: Number.self))
    }
  }

  /// Makes the bytes of all floats in little-endian order.
  @inlinable public init(littleEndian floats: [Float]) {
    self.init()
    reserveCapacity(floats.count * MemoryLayout<Float>.size)
    for float in floats { append(littleEndian: float.bitPattern) }
  }
}
