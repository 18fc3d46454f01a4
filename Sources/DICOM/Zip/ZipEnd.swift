import Files

/// The records at the end of a ZIP, which locate its directory. There is a short record and sometimes a ZIP64 record.
///
/// Zeros and line ends may follow the records, because pipes, tapes and file transfers append them.
///
/// - Source: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.14 to 4.3.16.
struct ZipEnd: Equatable {
  /// The offset of the directory.
  let start: Int
  /// Length of the directory in bytes.
  let byteCount: Int
  /// Number of items in the directory.
  let count: Int
  /// Length of the file in bytes, without zeros and line ends at its end.
  let contentBytes: Int

  private static let signature = 0x0605_4b50
  private static let locatorSignature = 0x0706_4b50
  private static let recordSignature = 0x0606_4b50
  private static let endBytes = 22
  private static let locatorBytes = 20
  private static let recordBytes = 56
  private static let longestComment = 65_535
  private static let none16 = 0xffff
  private static let none32 = 0xffff_ffff

  /// Finds the records and checks that they are consistent.
  ///
  /// - Throws: ``SeriesError``.
  init(of file: FileRegion) throws(SeriesError) {
    contentBytes = try Self.contentBytes(of: file)
    let (place, end) = try Self.find(in: file, contentBytes)
    let short = Record(
      disks: [end.littleEndian16(at: 4), end.littleEndian16(at: 6)],
      countHere: end.littleEndian16(at: 8), count: end.littleEndian16(at: 10),
      byteCount: end.littleEndian32(at: 12), start: end.littleEndian32(at: 16))
    guard let (long, recordPlace) = try Self.long(of: file, before: place) else {
      guard short.disks == [0, 0], short.countHere == short.count else {
        throw .zipUnsupported(.split)
      }
      (start, byteCount, count) = (short.start, short.byteCount, short.count)
      try requireExact(before: place)
      return
    }
    guard long.disks == [0, 0], long.countHere == long.count else { throw .zipUnsupported(.split) }
    // A value that fits into the short record must be the same in both records.
    let pairs = [
      (short.disks[0], 0, Self.none16), (short.disks[1], 0, Self.none16),
      (short.countHere, long.count, Self.none16), (short.count, long.count, Self.none16),
      (short.byteCount, long.byteCount, Self.none32), (short.start, long.start, Self.none32),
    ]
    guard pairs.allSatisfy({ $0.0 == $0.1 || $0.0 == $0.2 }) else { throw .zipCorrupt(.directory) }
    (start, byteCount, count) = (long.start, long.byteCount, long.count)
    try requireExact(before: recordPlace)
  }

  private struct Record {
    /// In a split archive: the number of this file, and the number of the file in which the directory starts.
    let disks: [Int]
    let countHere: Int
    let count: Int
    let byteCount: Int
    let start: Int
  }

  /// Checks that the records directly follow the directory.
  private func requireExact(before place: Int) throws(SeriesError) {
    guard start <= place, byteCount == place - start, count <= byteCount / ZipDirectory.itemBytes
    else { throw .zipCorrupt(.directory) }
  }

  /// Returns the length of the file in bytes, without zeros and line ends at its end.
  private static func contentBytes(of file: FileRegion) throws(SeriesError) -> Int {
    var end = file.byteCount
    while end > 0 {
      let start = max(end - pieceBytes, 0)
      let piece = try file.piece(at: start, count: end - start)
      guard piece.count == end - start else { throw .zipCorrupt(.directory) }
      if let last = piece.lastIndex(where: { !padding.contains($0) }) { return start + last + 1 }
      end = start
    }
    return 0
  }

  private static let padding: Set<UInt8> = [0x00, 0x0a, 0x0d, 0x1a]
  private static let pieceBytes = 64 << 10

  /// Returns the short record and its offset. The record itself may end with zeros.
  private static func find(
    in file: FileRegion, _ contentBytes: Int
  ) throws(SeriesError) -> (place: Int, bytes: [UInt8]) {
    let tailStart = max(contentBytes - endBytes - longestComment, 0)
    let tail = try file.piece(at: tailStart, count: contentBytes - tailStart + endBytes)
    let found = stride(from: tail.count - endBytes, through: 0, by: -1).first { place in
      guard tail.littleEndian32(at: place) == signature else { return false }
      let end = tailStart + place + endBytes + tail.littleEndian16(at: place + 20)
      return (contentBytes...file.byteCount).contains(end)
    }
    guard let found else { throw .zipCorrupt(.directory) }
    return (tailStart + found, Array(tail[found..<(found + endBytes)]))
  }

  /// Returns the ZIP64 record and its offset; nil if the ZIP has none.
  private static func long(
    of file: FileRegion, before place: Int
  ) throws(SeriesError) -> (record: Record, place: Int)? {
    guard place >= locatorBytes + recordBytes else { return nil }
    let locator = try file.piece(at: place - locatorBytes, count: locatorBytes)
    guard locator.littleEndian32(at: 0) == locatorSignature else { return nil }
    let latest = place - locatorBytes - recordBytes
    guard locator.littleEndian32(at: 4) == 0, locator.littleEndian32(at: 16) <= 1 else {
      throw .zipUnsupported(.split)
    }
    let start = try locator.littleEndian64(at: 8, atMost: latest)
    let record = try file.piece(at: start, count: recordBytes)
    guard record.littleEndian32(at: 0) == recordSignature,
      // The length that the record declares does not include its first 12 bytes.
      try record.littleEndian64(at: 4, atMost: place) == place - locatorBytes - start - 12
    else { throw .zipCorrupt(.directory) }
    return (
      Record(
        disks: [record.littleEndian32(at: 16), record.littleEndian32(at: 20)],
        countHere: try record.littleEndian64(at: 24, atMost: place),
        count: try record.littleEndian64(at: 32, atMost: place),
        byteCount: try record.littleEndian64(at: 40, atMost: place),
        start: try record.littleEndian64(at: 48, atMost: place)), start
    )
  }
}

extension [UInt8] {
  /// Reads a little-endian 8-byte number.
  ///
  /// - Throws: ``SeriesError/zipCorrupt(_:)`` if the number is beyond the end of the array or greater than `limit`.
  func littleEndian64(at place: Int, atMost limit: Int) throws(SeriesError) -> Int {
    guard place >= 0, place <= count - 8 else { throw .zipCorrupt(.directory) }
    let (low, high) = (littleEndian32(at: place), littleEndian32(at: place + 4))
    // The number is read as two 32-bit numbers, so that its highest bit does not become a sign.
    guard high <= limit >> 32 else { throw .zipCorrupt(.directory) }
    let number = high << 32 | low
    guard number <= limit else { throw .zipCorrupt(.directory) }
    return number
  }
}
