/// Decodes a lossless JPEG image: process 14, one component, predictors 1 to 7.
///
/// - Source: ITU-T T.81, annexes B, C, F.2.2 and H.
enum LosslessJPEGFrame {
  private static let startOfImage = 0xffd8
  private static let endOfImage = 0xffd9
  private static let lossless = 0xc3
  /// Maximum number of whole bytes between the last sample and the end marker.
  private static let padding = 1

  /// The contents of the segments that precede the samples.
  private struct Head {
    /// The arguments of ``HuffmanTable/init(counts:values:)`` for each table, by the table's identifier.
    var tables: [Int: (counts: [Int], values: [Int])] = [:]
    var component: Int?
    /// Number of bits of a sample.
    var depth = 0
    var table: HuffmanTable?
    var predictor = 1
    /// The offset of the coded samples.
    var start = 0
  }

  /// Decodes the image and returns its samples, row by row.
  ///
  /// Every code has at least one bit. The samples therefore need at most 16 times the memory of `bytes`.
  ///
  /// - Throws: A fault if the size or bit depth differs from the DICOM header, or if there is not exactly one code
  ///   for each pixel.
  static func words(
    of bytes: UnsafeBufferPointer<UInt8>, _ format: PixelFormat
  ) throws(SeriesError.PixelFault) -> [UInt16] {
    let head = try head(of: CompressedBytes(bytes: bytes), format)
    guard let table = head.table else { throw .compressed }
    let (samples, end) = samples(of: bytes, from: head.start)
    guard format.pixels <= 8 * samples.count else { throw .short }
    var words = [UInt16](repeating: 0, count: format.pixels)
    let left = try words.withUnsafeMutableBufferPointer {
      words throws(SeriesError.PixelFault) in
      let rows = LosslessJPEGRows(
        words: words, columns: format.columns, predictor: head.predictor,
        first: 1 << (head.depth - 1))
      return try table.read(samples, rows.decode)
    }
    let marker = marker(in: bytes, from: end)
    guard left / 8 + marker - end <= padding else { throw .long }
    guard CompressedBytes(bytes: bytes).number16(at: marker) == endOfImage else { throw .short }
    return words
  }

  /// Returns the bytes up to the next marker, without the zero after each 0xff, and the offset of the marker.
  private static func samples(
    of bytes: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> (samples: [UInt8], end: Int) {
    var samples: [UInt8] = []
    samples.reserveCapacity(bytes.count - start)
    var place = start
    while let mark = bytes[place...].firstIndex(of: 0xff) {
      samples += UnsafeBufferPointer(rebasing: bytes[place..<mark])
      guard mark + 1 < bytes.count, bytes[mark + 1] == 0 else { return (samples, mark) }
      samples.append(0xff)
      place = mark + 2
    }
    samples += UnsafeBufferPointer(rebasing: bytes[place...])
    return (samples, bytes.count)
  }

  /// Returns the offset of the next marker, or of the end if no marker follows.
  private static func marker(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var place = start
    while place + 1 < bytes.count {
      if bytes[place] == 0xff, bytes[place + 1] != 0, bytes[place + 1] != 0xff { return place }
      place += 1
    }
    return bytes.count
  }

  private static func head(
    of bytes: CompressedBytes, _ format: PixelFormat
  ) throws(SeriesError.PixelFault) -> Head {
    guard bytes.number16(at: 0) == startOfImage else { throw .compressed }
    var head = Head()
    var place = 2
    while true {
      guard bytes.byte(at: place) == 0xff, let marker = bytes.byte(at: place + 1) else {
        throw place < bytes.count ? .compressed : .short
      }
      if marker == 0xff {
        place += 1
        continue
      }
      guard let length = bytes.number16(at: place + 2) else { throw .short }
      let content = (place + 4)..<(place + 2 + max(length, 2))
      guard content.upperBound <= bytes.count else { throw .short }
      switch marker {
      case lossless:
        guard takeFrame(bytes, content, format, &head) else { throw .compressed }
      case 0xc4:
        guard takeTables(bytes, content, &head) else { throw .compressed }
      case 0xda:
        guard takeScan(bytes, content, &head) else { throw .compressed }
        head.start = content.upperBound
        return head
      case 0xdd:
        // An interval of 0 means an image without restarts. Restarts are not supported.
        guard bytes.number16(at: content.lowerBound) == 0 else { throw .restarts }
      case 0xdb, 0xe0...0xef, 0xfe: break
      default: throw .compressed
      }
      place = content.upperBound
    }
  }

  /// Reads the component's identifier and the bit depth. Returns false if the size or depth differs from the DICOM
  /// header.
  private static func takeFrame(
    _ bytes: CompressedBytes, _ content: Range<Int>, _ format: PixelFormat, _ head: inout Head
  ) -> Bool {
    let place = content.lowerBound
    guard head.component == nil, content.count == 9, let depth = bytes.byte(at: place),
      depth >= max(format.bitsStored, 9), depth <= format.bitsAllocated,
      bytes.number16(at: place + 1) == format.rows,
      bytes.number16(at: place + 3) == format.columns, bytes.byte(at: place + 5) == 1
    else { return false }
    (head.component, head.depth) = (bytes.byte(at: place + 6), depth)
    return true
  }

  private static func takeTables(
    _ bytes: CompressedBytes, _ content: Range<Int>, _ head: inout Head
  ) -> Bool {
    var place = content.lowerBound
    while place < content.upperBound {
      guard content.upperBound - place >= 17, let name = bytes.byte(at: place) else { return false }
      let counts = (1...16).compactMap { bytes.byte(at: place + $0) }
      let total = counts.reduce(0, +)
      place += 17
      guard total <= content.upperBound - place else { return false }
      let values = (0..<total).compactMap { bytes.byte(at: place + $0) }
      head.tables[name] = (counts, values)
      place += total
    }
    return true
  }

  private static func takeScan(
    _ bytes: CompressedBytes, _ content: Range<Int>, _ head: inout Head
  ) -> Bool {
    let place = content.lowerBound
    guard content.count == 6, bytes.byte(at: place) == 1, let component = head.component,
      bytes.byte(at: place + 1) == component, let name = bytes.byte(at: place + 2),
      // The predictor is 1 to 7. A point transform is refused, because it would lose information.
      let predictor = bytes.byte(at: place + 3), (1...7).contains(predictor),
      bytes.byte(at: place + 5) == 0, let codes = head.tables[name >> 4],
      let table = HuffmanTable(counts: codes.counts, values: codes.values)
    else { return false }
    (head.table, head.predictor) = (table, predictor)
    return true
  }
}
