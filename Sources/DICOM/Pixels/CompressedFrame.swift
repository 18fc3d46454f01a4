/// Checks that a compressed image is complete and matches the header, before another program decodes it.
enum CompressedFrame {
  /// Maximum number of bytes of a compressed image in addition to the pixels: headers, tables, comments.
  private static let surplus = 64 << 10

  /// Maximum size in bytes of a compressed image. A larger image would not be compressed.
  static func mostBytes(_ format: PixelFormat) -> Int { 2 * format.byteCount + surplus }

  /// - Returns: The fault; nil if a decoder can decode the image from these bytes alone.
  static func fault(
    of bytes: [UInt8], _ transferSyntax: String, _ format: PixelFormat
  ) -> SeriesError.PixelFault? {
    bytes.withUnsafeBufferPointer { buffer in
      switch transferSyntax {
      case TransferSyntax.runLength: RunLengthFrame.fault(of: buffer, format)
      case TransferSyntax.losslessJPEG2000: JPEG2000Frame.fault(of: buffer, format)
      default: LosslessJPEGFrame.fault(of: buffer, format)
      }
    }
  }
}

/// Reads big-endian numbers. A number beyond the end is nil.
struct CompressedBytes {
  let bytes: UnsafeBufferPointer<UInt8>

  var count: Int { bytes.count }

  func byte(at place: Int) -> Int? {
    place >= 0 && place < bytes.count ? Int(bytes[place]) : nil
  }

  func number16(at place: Int) -> Int? {
    guard let high = byte(at: place), let low = byte(at: place + 1) else { return nil }
    return high << 8 | low
  }

  func number32(at place: Int) -> Int? {
    guard let high = number16(at: place), let low = number16(at: place + 2) else { return nil }
    return high << 16 | low
  }
}
