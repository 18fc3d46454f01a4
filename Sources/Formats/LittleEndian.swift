extension RangeReplaceableCollection<UInt8> {
  /// Stores the bytes of a number, the lowest first.
  @inlinable public init(littleEndian number: some FixedWidthInteger) {
    self.init()
    append(littleEndian: number)
  }

  /// Appends the bytes of a number, the lowest first.
  @inlinable public mutating func append(littleEndian number: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }
}

extension [UInt8] {
  /// Replaces the bytes from `place` on by those of a number, the lowest first.
  @inlinable public mutating func put(littleEndian number: some FixedWidthInteger, at place: Int) {
    withUnsafeMutableBytes {
      $0.storeBytes(of: number.littleEndian, toByteOffset: place, as: type(of: number))
    }
  }

  /// Returns the number whose bytes start at `place`, the lowest first; zero if they extend beyond the end.
  @inlinable public func littleEndian<Number: FixedWidthInteger>(_: Number.Type, at place: Int)
    -> Number
  {
    let width = MemoryLayout<Number>.size
    guard place >= 0, place <= count - width else { return 0 }
    return withUnsafeBytes {
      Number(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: Number.self))
    }
  }

  /// Stores the bits of each float, the lowest byte first.
  @inlinable public init(littleEndian floats: [Float]) {
    self.init()
    reserveCapacity(floats.count * MemoryLayout<Float>.size)
    for float in floats { append(littleEndian: float.bitPattern) }
  }
}
