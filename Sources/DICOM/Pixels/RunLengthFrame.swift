/// Checks the length of an image in DICOM's run-length encoding (RLE).
///
/// - Source: DICOM PS3.5, annex G.
enum RunLengthFrame {
  static let headBytes = 64
  /// Maximum number of padding bytes after the last run of a segment. Segments are padded to an even length or to a
  /// multiple of four.
  private static let padding = 3

  /// True if the bytes look like the start of an image: one or two segments, of which the first follows the header
  /// directly.
  static func isStart(_ bytes: [UInt8]) -> Bool {
    bytes.count >= headBytes && (1...2).contains(bytes.littleEndian32(at: 0))
      && bytes.littleEndian32(at: 4) == headBytes
      && stride(from: 12, to: headBytes, by: 4).allSatisfy { bytes.littleEndian32(at: $0) == 0 }
  }

  /// Checks an image.
  ///
  /// - Returns: nil if each segment decodes to exactly one byte per pixel without bytes from outside the segment.
  static func fault(
    of bytes: UnsafeBufferPointer<UInt8>, _ format: PixelFormat
  ) -> SeriesError.PixelFault? {
    guard bytes.count >= headBytes else { return .short }
    let count = format.bitsAllocated / 8
    guard number(bytes, at: 0) == count else { return .compressed }
    var starts = (1...count).map { number(bytes, at: 4 * $0) }
    guard starts.first == headBytes else { return .compressed }
    starts.append(bytes.count)
    for (start, end) in zip(starts, starts.dropFirst()) {
      guard end <= bytes.count else { return .short }
      guard start < end else { return .compressed }
      if let fault = fault(ofSegment: bytes[start..<end], pixels: format.pixels) { return fault }
    }
    return nil
  }

  private static func fault(
    ofSegment bytes: Slice<UnsafeBufferPointer<UInt8>>, pixels: Int
  ) -> SeriesError.PixelFault? {
    var place = bytes.startIndex
    var decoded = 0
    while decoded < pixels {
      guard place < bytes.endIndex else { return .short }
      let code = Int(bytes[place])
      place += 1
      if code < 128 {
        place += code + 1
        decoded += code + 1
        guard place <= bytes.endIndex else { return .short }
      } else if code > 128 {
        guard place < bytes.endIndex else { return .short }
        place += 1
        decoded += 257 - code
      }
    }
    return decoded == pixels && bytes.endIndex - place <= padding ? nil : .long
  }

  private static func number(_ bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> Int {
    (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
  }
}
