import Files

/// The byte ranges of all frames in a file.
///
/// - Source: DICOM PS3.5, annex A.4.
struct PixelFrames {
  /// For each frame, the byte ranges in the file that contain the frame, in order.
  let frames: [[Range<Int>]]

  /// Maximum average number of fragments per frame. Usually, a frame has one fragment.
  private static let mostFragments = 256

  /// Number of bytes at the start of a compressed image that are read to identify its encoding.
  private static let shownBytes = 4096

  /// Finds the frames and compares their lengths with the header.
  ///
  /// - Throws: ``SeriesError/pixels(_:images:)`` or ``SeriesError/inputOutput(errno:)``.
  init(
    _ header: ImageHeader, _ format: PixelFormat, in file: FileRegion
  ) throws(SeriesError) {
    guard let pixels = header.pixels, let count = header.frames else {
      throw .pixels(.format, images: 1)
    }
    if TransferSyntax.native.contains(header.transferSyntax) {
      frames = try Self.native(pixels, format, count: count, in: file)
      return
    }
    guard pixels.byteCount == nil else { throw .pixels(.compressed, images: count) }
    let (table, fragments) = try Self.fragments(from: pixels.start, count: count, in: file)
    guard let frames = try Self.grouped(fragments, by: table, count: count, in: file) else {
      throw .pixels(fragments.count < count ? .compressed : .fragments, images: count)
    }
    self.frames = frames
  }

  /// Returns the frames of uncompressed pixels.
  ///
  /// The length of the pixels must be the product of rows, columns, bytes per pixel and frames. One more byte is
  /// allowed if this product is odd.
  private static func native(
    _ pixels: DataSetReader.PixelElement, _ format: PixelFormat, count: Int, in file: FileRegion
  ) throws(SeriesError) -> [[Range<Int>]] {
    guard let wanted = CheckedNumber.product(format.byteCount, count),
      let found = pixels.byteCount
    else { throw .pixels(.format, images: count) }
    guard found >= wanted, file.byteCount - pixels.start >= wanted else {
      throw .pixels(.short, images: count)
    }
    guard found - wanted <= wanted % 2 else { throw .pixels(.long, images: count) }
    return (0..<count).map { frame in
      let start = pixels.start + frame * format.byteCount
      return [start..<(start + format.byteCount)]
    }
  }

  /// Returns the table of offsets and the fragments that follow it.
  private static func fragments(
    from start: Int, count: Int, in file: FileRegion
  ) throws(SeriesError) -> (table: [UInt8], fragments: [Range<Int>]) {
    var place = start
    var table: [UInt8]?
    var fragments: [Range<Int>] = []
    while true {
      let head = try file.piece(at: place, count: 8)
      // Some software omits the delimiter at the end.
      if head.isEmpty, !fragments.isEmpty { break }
      guard head.count == 8 else { throw .pixels(.short, images: count) }
      let tag = head.littleEndian16(at: 0) << 16 | head.littleEndian16(at: 2)
      let length = head.littleEndian32(at: 4)
      place += 8
      if tag == Int(DataSetReader.sequenceEnd) { break }
      guard tag == Int(DataSetReader.item), length != DataSetReader.undefined else {
        throw .pixels(.compressed, images: count)
      }
      guard length <= file.byteCount - place else { throw .pixels(.short, images: count) }
      if table == nil {
        guard length <= 4 * count else { throw .pixels(.compressed, images: count) }
        table = try file.piece(at: place, count: length)
      } else {
        fragments.append(place..<(place + length))
      }
      place += length
      guard fragments.count <= mostFragments * (count + 4) else {
        throw .pixels(.compressed, images: count)
      }
    }
    return (table ?? [], fragments)
  }

  /// Groups fragments into frames; nil if they do not form `count` frames.
  private static func grouped(
    _ fragments: [Range<Int>], by table: [UInt8], count: Int, in file: FileRegion
  ) throws(SeriesError) -> [[Range<Int>]]? {
    guard !fragments.isEmpty else { return nil }
    if count == 1 { return [fragments] }
    if fragments.count == count { return fragments.map { [$0] } }
    if table.isEmpty { return try grouped(fragments, count: count, in: file) }
    guard table.count == 4 * count, let first = fragments.first else { return nil }
    // Offsets are counted from the header of the first fragment.
    let starts = (0..<count).map { first.lowerBound + table.littleEndian32(at: 4 * $0) }
    var frames: [[Range<Int>]] = []
    for fragment in fragments {
      if frames.count < count, starts[frames.count] == fragment.lowerBound {
        frames.append([fragment])
      } else if frames.isEmpty {
        return nil
      } else {
        frames[frames.count - 1].append(fragment)
      }
    }
    return frames.count == count ? frames : nil
  }

  /// Groups fragments into frames without a table of offsets. A frame starts with a fragment that looks like the
  /// start of a compressed image.
  private static func grouped(
    _ fragments: [Range<Int>], count: Int, in file: FileRegion
  ) throws(SeriesError) -> [[Range<Int>]]? {
    var frames: [[Range<Int>]] = []
    for fragment in fragments {
      let start = try file.piece(
        at: fragment.lowerBound, count: min(RunLengthFrame.headBytes, fragment.count))
      if isStart(start) {
        frames.append([fragment])
      } else if frames.isEmpty {
        return nil
      } else {
        frames[frames.count - 1].append(fragment)
      }
    }
    return frames.count == count ? frames : nil
  }

  private static func isStart(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0xff, 0xd8]) || bytes.starts(with: [0xff, 0x4f, 0xff, 0x51])
      || RunLengthFrame.isStart(bytes)
  }

  /// Returns the first bytes of the first compressed image, which follows the table of offsets; empty if the
  /// image is missing.
  fileprivate static func firstBytes(
    from start: Int, in file: FileRegion
  ) throws(SeriesError) -> [UInt8] {
    var place = start
    for isTable in [true, false] {
      let head = try file.piece(at: place, count: 8)
      guard head.count == 8,
        head.littleEndian16(at: 0) << 16 | head.littleEndian16(at: 2) == Int(DataSetReader.item)
      else { return [] }
      let length = head.littleEndian32(at: 4)
      guard length <= file.byteCount - place - 8 else { return [] }
      if isTable {
        place += 8 + length
      } else {
        return try file.piece(at: place + 8, count: min(length, shownBytes))
      }
    }
    return []
  }
}

extension ImageHeader {
  /// Corrects a transfer syntax that contradicts the pixels. Compressed pixels are stored in fragments, and
  /// uncompressed pixels have a length.
  ///
  /// - Throws: ``SeriesError/inputOutput(errno:)``.
  mutating func settleTransferSyntax(in file: FileRegion) throws(SeriesError) {
    guard let pixels, transferSyntax.isEmpty || transferSyntax.hasPrefix(ObjectKind.standardRoot)
    else { return }
    guard let length = pixels.byteCount else {
      let first = try PixelFrames.firstBytes(from: pixels.start, in: file)
      if let shown = TransferSyntax.shown(first, declared: transferSyntax) {
        transferSyntax = shown
      }
      return
    }
    guard !TransferSyntax.native.contains(transferSyntax),
      bitsAllocated == 8 || bitsAllocated == 16,
      let wanted = CheckedNumber.product(rows, columns, bitsAllocated / 8, frames ?? 0),
      wanted > 0, length == wanted + wanted % 2
    else { return }
    transferSyntax = TransferSyntax.explicitLittleEndian
  }
}
