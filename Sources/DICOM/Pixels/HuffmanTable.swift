/// A Huffman table of a lossless JPEG. The next bits of the data are the index of an entry.
///
/// An entry consists of two bytes. The high byte is the length of the code plus the number of bits that follow it.
/// The low byte is the value of the code. The entry is 0 if the bits do not start with a code.
struct HuffmanTable {
  /// Entries for all values of the next 16 bits.
  private let entries: [UInt16]
  /// Entries for all values of the next ``EntropyReader/shortBits`` bits. This table fits into the first-level cache.
  /// The entry of a longer code is 0.
  private let short: [UInt16]

  /// Makes a table; nil if the counts and values do not define one.
  ///
  /// - Parameters:
  ///   - counts: The number of codes of each length from 1 to 16 bits.
  ///   - values: The value of each code, in the order of the codes. It is the number of bits after the code, 0 to 16.
  init?(counts: [Int], values: [Int]) {
    guard counts.count == 16, counts.reduce(0, +) == values.count,
      values.allSatisfy({ $0 <= 16 })
    else { return nil }
    var entries = [UInt16](repeating: 0, count: 1 << 16)
    var short = [UInt16](repeating: 0, count: 1 << EntropyReader.shortBits)
    var place = 0
    var value = 0
    for (index, count) in counts.enumerated() {
      let span = 1 << (15 - index)
      for _ in 0..<count {
        guard place + span <= entries.count else { return nil }
        // Value 16 means a difference of 32,768. No bits follow its code.
        let bits = values[value] == 16 ? 0 : values[value]
        let entry = UInt16(index + 1 + bits) << 8 | UInt16(values[value])
        for code in place..<(place + span) { entries[code] = entry }
        if index < EntropyReader.shortBits {
          let drop = 16 - EntropyReader.shortBits
          for code in (place >> drop)..<((place + span) >> drop) { short[code] = entry }
        }
        place += span
        value += 1
      }
    }
    (self.entries, self.short) = (entries, short)
  }

  /// Calls `body` with a reader of the image's samples.
  ///
  /// - Parameter samples: The coded bytes without stuffed zeros.
  /// - Throws: The errors of `body`.
  func read<Failure: Error>(
    _ samples: [UInt8], _ body: (EntropyReader) throws(Failure) -> Int
  ) throws(Failure) -> Int {
    try entries.withUnsafeBufferPointer { entries throws(Failure) in
      try short.withUnsafeBufferPointer { short throws(Failure) in
        try samples.withUnsafeBufferPointer { samples throws(Failure) in
          let bytes = UnsafeRawBufferPointer(samples)
          return try body(EntropyReader(bytes: bytes, entries: entries, short: short))
        }
      }
    }
  }
}

/// Reads the differences of an image's samples. After the last byte it returns zero bits and counts them.
struct EntropyReader {
  /// Number of bits that form an index of the short table.
  static let shortBits = 11

  private let bytes: UnsafeRawBufferPointer
  private let entries: UnsafeBufferPointer<UInt16>
  private let short: UnsafeBufferPointer<UInt16>
  /// The offset of the first byte that is not in the window yet.
  private var place = 0
  /// The next bits of the data. The first one is the highest bit. Zeros follow after the last bit.
  private var window: UInt64 = 0
  /// Number of bits in the window.
  private var bits = 0

  fileprivate init(
    bytes: UnsafeRawBufferPointer, entries: UnsafeBufferPointer<UInt16>,
    short: UnsafeBufferPointer<UInt16>
  ) {
    (self.bytes, self.entries, self.short) = (bytes, entries, short)
  }

  /// Number of unused bits; negative if bits beyond the end were used.
  var bitsLeft: Int { 8 * (bytes.count - place) + bits }

  /// Reads the next difference; nil if the next bits are not a code.
  @inline(__always)
  mutating func difference() -> Int? {
    // A code has at most 16 bits, and at most 15 bits follow it.
    if bits < 32 { fill() }
    var entry = short[Int(truncatingIfNeeded: window >> UInt64(64 - Self.shortBits))]
    if entry == 0 { entry = entries[Int(truncatingIfNeeded: window >> 48)] }
    guard entry != 0 else { return nil }
    let length = UInt64(entry >> 8)
    let size = Int(entry & 0xff)
    let end = Int(truncatingIfNeeded: window &>> (64 &- length))
    window = window &<< length
    bits &-= Int(length)
    if size == 16 { return 1 << 15 }
    let range = 1 &<< size
    let value = end & (range &- 1)
    return value < range &>> 1 ? value &- range &+ 1 : value
  }

  /// Appends the next 32 bits to the window.
  @inline(__always)
  private mutating func fill() {
    var next: UInt64 = 0
    if place &+ 4 <= bytes.count {
      next = UInt64(
        UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
    } else {
      for index in place..<(place + 4) {
        next = next << 8 | (index < bytes.count ? UInt64(bytes[index]) : 0)
      }
    }
    window |= next &<< UInt64(32 &- bits)
    place &+= 4
    bits &+= 32
  }
}
