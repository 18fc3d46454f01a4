/// Checks the structure of a JPEG 2000 codestream: its size, its bit depth, and the lengths of its tile-parts.
///
/// - Source: ITU-T T.800, annex A.
enum JPEG2000Frame {
  private static let startOfCodestream = 0xff4f
  private static let size = 0xff51
  private static let codingStyle = 0xff52
  private static let startOfTile = 0xff90
  private static let startOfData = 0xff93
  private static let endOfCodestream = 0xffd9
  private static let mostTiles = 65_535

  /// Checks a codestream.
  ///
  /// - Returns: nil if the codestream is lossless, contains all tile-parts, and has the size and depth of the DICOM
  ///   header.
  static func fault(
    of buffer: UnsafeBufferPointer<UInt8>, _ format: PixelFormat
  ) -> SeriesError.PixelFault? {
    let bytes = CompressedBytes(bytes: buffer)
    guard bytes.number16(at: 0) == startOfCodestream, bytes.number16(at: 2) == size,
      let tiles = tiles(bytes, from: 4, format)
    else { return .compressed }
    var place = 2
    var losesNothing = false
    while let marker = bytes.number16(at: place), marker != startOfTile {
      guard marker > 0xff4f, let length = bytes.number16(at: place + 2), length >= 2 else {
        return .compressed
      }
      // Byte 13 of the segment is the wavelet transform. Only transform 1 is lossless.
      if marker == codingStyle { losesNothing = bytes.byte(at: place + 13) == 1 }
      place += 2 + length
    }
    guard place < bytes.count else { return .short }
    guard losesNothing else { return .compressed }
    return tilePartsFault(bytes, from: place, tiles: tiles)
  }

  /// Returns the number of tiles; nil if the size or bit depth differs from the DICOM header.
  private static func tiles(
    _ bytes: CompressedBytes, from place: Int, _ format: PixelFormat
  ) -> Int? {
    // The segment has 41 bytes: its length, the capabilities, eight numbers, the number of components, and three
    // bytes for the only component.
    guard bytes.number16(at: place) == 41 else { return nil }
    let numbers = (0..<8).compactMap { bytes.number32(at: place + 4 + 4 * $0) }
    guard numbers.count == 8, bytes.number16(at: place + 36) == 1,
      let depth = bytes.byte(at: place + 38), bytes.number16(at: place + 39) == 0x0101,
      (format.bitsStored...format.bitsAllocated).contains((depth & 0x7f) + 1)
    else { return nil }
    let (right, bottom, left, top) = (numbers[0], numbers[1], numbers[2], numbers[3])
    let (width, height, tileLeft, tileTop) = (numbers[4], numbers[5], numbers[6], numbers[7])
    guard right - left == format.columns, bottom - top == format.rows, width > 0, height > 0,
      tileLeft <= left, tileTop <= top, tileLeft + width > left, tileTop + height > top
    else { return nil }
    let across = (right - tileLeft + width - 1) / width
    let down = (bottom - tileTop + height - 1) / height
    guard let tiles = CheckedNumber.product(across, down), (1...mostTiles).contains(tiles) else {
      return nil
    }
    return tiles
  }

  /// Checks that each tile-part ends where its header says. Another tile-part or the end marker must follow.
  private static func tilePartsFault(
    _ bytes: CompressedBytes, from start: Int, tiles: Int
  ) -> SeriesError.PixelFault? {
    var place = start
    var parts = [Int](repeating: 0, count: tiles)
    var declared = [Int](repeating: 0, count: tiles)
    while bytes.number16(at: place) == startOfTile {
      guard bytes.number16(at: place + 2) == 10, let tile = bytes.number16(at: place + 4),
        tile < tiles, let length = bytes.number32(at: place + 6),
        let count = bytes.byte(at: place + 11)
      else { return .compressed }
      // A tile-part with length 0 extends to the end marker. Only padding may follow the end marker.
      let end = length == 0 ? lastMark(bytes) : place + length
      guard let end, end <= bytes.count - 2 else { return .short }
      guard hasData(bytes, from: place + 12, to: end) else { return .compressed }
      parts[tile] += 1
      if count > 0 { declared[tile] = count }
      place = end
    }
    guard let mark = bytes.number16(at: place) else { return .short }
    guard mark == endOfCodestream else { return .compressed }
    let isWhole = zip(parts, declared).allSatisfy { $0 > 0 && ($1 == 0 || $0 == $1) }
    return isWhole ? nil : .short
  }

  /// Returns the offset of the end marker. At most one byte of padding may follow the marker; otherwise the result is
  /// nil.
  private static func lastMark(_ bytes: CompressedBytes) -> Int? {
    [bytes.count - 2, bytes.count - 3].first { bytes.number16(at: $0) == endOfCodestream }
  }

  /// True if the header of a tile-part is followed by the marker at which its data start.
  private static func hasData(_ bytes: CompressedBytes, from start: Int, to end: Int) -> Bool {
    var place = start
    while let marker = bytes.number16(at: place), place + 2 <= end {
      if marker == startOfData { return true }
      guard marker > 0xff4f, let length = bytes.number16(at: place + 2), length >= 2 else {
        return false
      }
      place += 2 + length
    }
    return false
  }
}
