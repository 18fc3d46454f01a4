/// Checks a lossless JPEG image and counts its samples.
///
/// - Source: ITU-T T.81, annexes B, C, F.2.2 and H.
enum LosslessJPEGFrame {
  private static let startOfImage = 0xffd8
  private static let endOfImage = 0xffd9
  private static let lossless = 0xc3
  /// Maximum number of whole bytes between the last sample and the end mark.
  private static let padding = 1

  /// The contents of the segments before the samples.
  private struct Head {
    var tables: [Int: HuffmanTable] = [:]
    var component: Int?
    var table: HuffmanTable?
    /// The offset of the samples.
    var start = 0
  }

  /// - Returns: Nil if the image has the DICOM header's size and depth, and exactly one code for each pixel.
  static func fault(
    of bytes: UnsafeBufferPointer<UInt8>, _ format: PixelFormat
  ) -> SeriesError.PixelFault? {
    switch head(of: CompressedBytes(bytes: bytes), format) {
    case .failure(let fault): fault.fault
    case .success(let head):
      if let table = head.table {
        samplesFault(of: bytes, from: head.start, table, count: format.pixels)
      } else {
        .compressed
      }
    }
  }

  private struct Fault: Error {
    let fault: SeriesError.PixelFault
    init(_ fault: SeriesError.PixelFault) { self.fault = fault }
  }

  private static func head(
    of bytes: CompressedBytes, _ format: PixelFormat
  ) -> Result<Head, Fault> {
    guard bytes.number16(at: 0) == startOfImage else { return .failure(Fault(.compressed)) }
    var head = Head()
    var place = 2
    while true {
      guard bytes.byte(at: place) == 0xff, let marker = bytes.byte(at: place + 1) else {
        return .failure(Fault(place < bytes.count ? .compressed : .short))
      }
      if marker == 0xff {
        place += 1
        continue
      }
      guard let length = bytes.number16(at: place + 2) else { return .failure(Fault(.short)) }
      let content = (place + 4)..<(place + 2 + max(length, 2))
      guard content.upperBound <= bytes.count else { return .failure(Fault(.short)) }
      switch marker {
      case lossless:
        guard head.component == nil, let component = frame(bytes, content, format) else {
          return .failure(Fault(.compressed))
        }
        head.component = component
      case 0xc4:
        guard takeTables(bytes, content, &head) else { return .failure(Fault(.compressed)) }
      case 0xda:
        guard takeScan(bytes, content, &head) else { return .failure(Fault(.compressed)) }
        head.start = content.upperBound
        return .success(head)
      case 0xdd:
        // dcm2niix does not support restarts.
        guard bytes.number16(at: content.lowerBound) == 0 else {
          return .failure(Fault(.restarts))
        }
      case 0xdb, 0xe0...0xef, 0xfe: break
      default: return .failure(Fault(.compressed))
      }
      place = content.upperBound
    }
  }

  /// Returns the component's number; nil if the size or depth differs from the DICOM header's.
  private static func frame(
    _ bytes: CompressedBytes, _ content: Range<Int>, _ format: PixelFormat
  ) -> Int? {
    let place = content.lowerBound
    guard content.count == 9, let depth = bytes.byte(at: place),
      max(format.bitsStored, 9)...format.bitsAllocated ~= depth,
      bytes.number16(at: place + 1) == format.rows,
      bytes.number16(at: place + 3) == format.columns, bytes.byte(at: place + 5) == 1
    else { return nil }
    return bytes.byte(at: place + 6)
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
      guard let table = HuffmanTable(counts: counts, values: values) else { return false }
      head.tables[name] = table
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
      // The predictor is 1 to 7. A point transform would be lossy.
      let predictor = bytes.byte(at: place + 3), (1...7).contains(predictor),
      bytes.byte(at: place + 5) == 0, let table = head.tables[name >> 4]
    else { return false }
    head.table = table
    return true
  }

  /// Counts the codes of the samples without decoding their values.
  private static func samplesFault(
    of bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ table: HuffmanTable, count: Int
  ) -> SeriesError.PixelFault? {
    var reader = EntropyReader(bytes: bytes, place: start)
    let isWhole = table.entries.withUnsafeBufferPointer { entries -> SeriesError.PixelFault? in
      for _ in 0..<count {
        reader.fill()
        let entry = entries[reader.next16]
        guard entry != 0 else { return reader.isBeyondEnd ? .short : .compressed }
        // The code with value 16, a difference of 32,768, has no bits after it.
        let bits = entry & 0xff
        reader.skip(Int(entry >> 8) + Int(bits == 16 ? 0 : bits))
        guard !reader.isBeyondEnd else { return .short }
      }
      return nil
    }
    if let fault = isWhole { return fault }
    guard reader.bytesLeft <= padding else { return .long }
    let end = CompressedBytes(bytes: bytes).number16(at: reader.markerPlace)
    return end == endOfImage ? nil : .short
  }
}

/// A Huffman table of a lossless JPEG, indexed by the next 16 bits of the data.
struct HuffmanTable {
  /// For each index: the code's length times 256, plus the number of bits that follow the code; 0
  /// if these 16 bits do not start with a code.
  let entries: [UInt16]

  /// - Parameters:
  ///   - counts: The number of codes of each length, 1 to 16 bits.
  ///   - values: The value of each code, in the order of the codes: the number of bits that follow the code, 0 to 16.
  init?(counts: [Int], values: [Int]) {
    guard counts.count == 16, counts.reduce(0, +) == values.count,
      values.allSatisfy({ $0 <= 16 })
    else { return nil }
    var entries = [UInt16](repeating: 0, count: 1 << 16)
    var place = 0
    var value = 0
    for (index, count) in counts.enumerated() {
      let span = 1 << (15 - index)
      for _ in 0..<count {
        guard place + span <= entries.count else { return nil }
        let entry = UInt16(index + 1) << 8 | UInt16(values[value])
        for code in place..<(place + span) { entries[code] = entry }
        place += span
        value += 1
      }
    }
    self.entries = entries
  }
}

/// Reads the bits up to the next marker. Beyond the marker it supplies zeros and counts them.
private struct EntropyReader {
  let bytes: UnsafeBufferPointer<UInt8>
  var place: Int
  private var window: UInt64 = 0
  private var bits = 0
  private var madeUp = 0

  init(bytes: UnsafeBufferPointer<UInt8>, place: Int) {
    self.bytes = bytes
    self.place = place
  }

  /// Makes at least 49 bits available.
  mutating func fill() {
    while bits <= 48 {
      window <<= 8
      bits += 8
      guard place < bytes.count else {
        madeUp += 8
        continue
      }
      let byte = bytes[place]
      if byte == 0xff {
        guard place + 1 < bytes.count, bytes[place + 1] == 0 else {
          madeUp += 8
          continue
        }
        place += 1
      }
      window |= UInt64(byte)
      place += 1
    }
  }

  var next16: Int { Int(truncatingIfNeeded: window >> UInt64(bits - 16)) & 0xffff }

  mutating func skip(_ count: Int) { bits -= count }

  var isBeyondEnd: Bool { bits < madeUp }

  /// Number of unused whole bytes up to the next marker.
  var bytesLeft: Int {
    (bits - madeUp) / 8 + (markerPlace - place)
  }

  /// The offset of the next marker, or the end.
  var markerPlace: Int {
    var place = place
    while place + 1 < bytes.count {
      if bytes[place] == 0xff, bytes[place + 1] != 0, bytes[place + 1] != 0xff { return place }
      place += 1
    }
    return bytes.count
  }
}
