/// Many images in one DICOM file, and images in DICOM's lossless encodings.
extension DICOMFile {
  /// Elements that are said of each frame, by the sequence that they belong to.
  private static let groups: [(sequence: UInt32, tags: [UInt32])] = [
    (0x0020_9113, [0x0020_0032]), (0x0020_9116, [0x0020_0037]), (0x0028_9110, [0x0028_0030]),
    (0x0028_9145, [0x0028_1052, 0x0028_1053]),
  ]

  /// The images as the frames of one file.
  ///
  /// - Parameters:
  ///   - shared: Sequences that are taken of the first image for all.
  ///   - hasLengths: Whether sequences and items have lengths, else end marks.
  public static func enhanced(
    _ images: [DICOMFile], shared: Set<UInt32> = [0x0020_9116, 0x0028_9110],
    hasLengths: Bool = true
  ) -> DICOMFile {
    var file = images[0]
    file.texts[0x0008_0016] = "1.2.840.10008.5.1.4.1.1.2.1"
    file.texts[0x0028_0008] = "\(images.count)"
    for tag in groups.flatMap(\.tags) { file.texts[tag] = nil }
    file.pixels = images.flatMap(\.pixels)
    if images.allSatisfy({ $0.fragments != nil }) {
      file.fragments = images.flatMap { $0.fragments ?? [] }
    }
    let items = images.map {
      item(of: $0, groups.filter { !shared.contains($0.sequence) }, hasLengths)
    }
    file.sequences =
      sequence(
        0x5200_9229,
        [item(of: images[0], groups.filter { shared.contains($0.sequence) }, hasLengths)],
        hasLengths)
      + sequence(0x5200_9230, items, hasLengths)
    return file
  }

  private static func item(
    of image: DICOMFile, _ groups: [(sequence: UInt32, tags: [UInt32])], _ hasLengths: Bool
  ) -> [UInt8] {
    groups.flatMap { group in
      let content = group.tags.flatMap { tag in image.texts[tag].map { text(tag, $0) } ?? [] }
      return sequence(group.sequence, [content], hasLengths)
    }
  }

  private static func sequence(
    _ tag: UInt32, _ items: [[UInt8]], _ hasLengths: Bool
  ) -> [UInt8] {
    func mark(_ element: UInt16, _ length: Int?) -> [UInt8] {
      [0xfe, 0xff] + bytes(element) + bytes(length.map { UInt32($0) } ?? .max)
    }
    if hasLengths {
      return element(tag, "SQ", items.flatMap { mark(0xe000, $0.count) + $0 })
    }
    return bytes(UInt16(tag >> 16)) + bytes(UInt16(tag & 0xffff)) + Array("SQ".utf8) + [0, 0]
      + bytes(UInt32.max) + items.flatMap { mark(0xe000, nil) + $0 + mark(0xe00d, 0) }
      + mark(0xe0dd, 0)
  }

  /// The pixels in run-length encoding: a segment of high bytes and one of low ones.
  public var runLength: [UInt8] {
    let segments = [8, 0].map { shift in
      Self.runs(pixels.map { UInt8(truncatingIfNeeded: UInt16(bitPattern: $0) >> shift) })
    }
    let head = [2, 64, 64 + UInt32(segments[0].count)] + [UInt32](repeating: 0, count: 13)
    return head.flatMap(Self.bytes) + segments[0] + segments[1]
  }

  private static func runs(_ bytes: [UInt8]) -> [UInt8] {
    var runs: [UInt8] = []
    var place = 0
    while place < bytes.count {
      let end = min(place + 128, bytes.count)
      let length = bytes[place..<end].prefix { $0 == bytes[place] }.count
      if length > 1 {
        runs += [UInt8(257 - length), bytes[place]]
      } else {
        runs += [0, bytes[place]]
      }
      place += length
    }
    return runs.count.isMultiple(of: 2) ? runs : runs + [0]
  }

  /// The pixels as a lossless JPEG.
  ///
  /// - Parameters:
  ///   - predictor: 1 for the left neighbour, to 7.
  ///   - depth: Bits of a value.
  ///   - lengths: Lengths of the codes of differences of 0 to 16 bits.
  public func losslessJPEG(
    rows: Int, columns: Int, predictor: Int = 1, depth: Int = 16,
    lengths: [Int] = Array(repeating: 5, count: 17)
  ) -> [UInt8] {
    func segment(_ marker: UInt8, _ content: [UInt8]) -> [UInt8] {
      [0xff, marker] + Self.bigEndian(content.count + 2) + content
    }
    let order = lengths.indices.sorted { (lengths[$0], $0) < (lengths[$1], $1) }
    let table: [UInt8] =
      [0] + (1...16).map { length in UInt8(lengths.count { $0 == length }) }
      + order.map { UInt8($0) }
    let size = Self.bigEndian(rows) + Self.bigEndian(columns)
    return [0xff, 0xd8] + segment(0xc3, [UInt8(depth)] + size + [1, 1, 0x11, 0])
      + segment(0xc4, table) + segment(0xda, [1, 1, 0, UInt8(predictor), 0, 0])
      + entropy(columns, predictor, depth, Self.codes(lengths)) + [0xff, 0xd9]
  }

  /// The codes of differences of 0 to 16 bits, and their lengths.
  private static func codes(_ lengths: [Int]) -> [(code: UInt64, length: Int)] {
    var codes = lengths.map { (code: UInt64(0), length: $0) }
    var code: UInt64 = 0
    for length in 1...16 {
      for size in lengths.indices where lengths[size] == length {
        codes[size].code = code
        code += 1
      }
      code <<= 1
    }
    return codes
  }

  private func predicted(_ index: Int, _ columns: Int, _ predictor: Int, _ depth: Int) -> Int {
    func value(_ back: Int) -> Int { Int(UInt16(bitPattern: pixels[index - back])) }
    guard index > 0 else { return 1 << (depth - 1) }
    if index < columns { return value(1) }
    if index.isMultiple(of: columns) { return value(columns) }
    let (left, above, corner) = (value(1), value(columns), value(columns + 1))
    return switch predictor {
    case 1: left
    case 2: above
    case 3: corner
    case 4: left + above - corner
    case 5: left + (above - corner) >> 1
    case 6: above + (left - corner) >> 1
    default: (left + above) >> 1
    }
  }

  private static func bigEndian(_ value: Int) -> [UInt8] {
    [UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)]
  }

  private func entropy(
    _ columns: Int, _ predictor: Int, _ depth: Int, _ codes: [(code: UInt64, length: Int)]
  ) -> [UInt8] {
    var (bits, count): (UInt64, Int) = (0, 0)
    var result: [UInt8] = []
    func flush() {
      while count >= 8 {
        let byte = UInt8(truncatingIfNeeded: bits >> UInt64(count - 8))
        result += byte == 0xff ? [byte, 0] : [byte]
        count -= 8
      }
    }
    for (index, pixel) in pixels.enumerated() {
      let before = UInt16(truncatingIfNeeded: predicted(index, columns, predictor, depth))
      let difference = Int(Int16(bitPattern: UInt16(bitPattern: pixel) &- before))
      let length = difference == 0 ? 0 : 64 - abs(difference).leadingZeroBitCount
      bits = bits << UInt64(codes[length].length) | codes[length].code
      count += codes[length].length
      if length > 0, length < 16 {
        let own = difference > 0 ? difference : difference + 1 << length - 1
        bits = bits << UInt64(length) | UInt64(own)
        count += length
      }
      flush()
    }
    if count > 0 {
      bits = bits << UInt64(8 - count) | (1 << UInt64(8 - count) - 1)
      count = 8
      flush()
    }
    return result
  }
}
