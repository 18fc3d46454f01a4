/// Checks before decoding that a compressed image is complete and matches the DICOM header.
enum CompressedFrame {
  /// Maximum number of bytes of a compressed image in addition to its pixels, for headers, tables and comments.
  private static let surplus = 64 << 10

  /// Maximum size in bytes of a compressed image. Compression can make an image larger.
  static func mostBytes(_ format: PixelFormat) -> Int { 2 * format.byteCount + surplus }

  /// Checks a compressed image.
  ///
  /// - Returns: The fault; nil if a decoder can decode the image from these bytes alone.
  static func fault(
    of bytes: [UInt8], _ transferSyntax: String, _ format: PixelFormat
  ) -> SeriesError.PixelFault? {
    do throws(SeriesError.PixelFault) {
      _ = try words(of: bytes, transferSyntax, format)
      return nil
    } catch {
      return error
    }
  }

  /// Decodes a lossless JPEG, and only checks images in other encodings.
  ///
  /// - Returns: The 16-bit words of the image, row by row; nil for an image that dcm2niix decodes.
  /// - Throws: The fault of the image.
  static func words(
    of bytes: [UInt8], _ transferSyntax: String, _ format: PixelFormat
  ) throws(SeriesError.PixelFault) -> [UInt16]? {
    try bytes.withUnsafeBufferPointer { buffer throws(SeriesError.PixelFault) -> [UInt16]? in
      let fault: SeriesError.PixelFault?
      switch transferSyntax {
      case TransferSyntax.runLength: fault = RunLengthFrame.fault(of: buffer, format)
      case TransferSyntax.losslessJPEG2000: fault = JPEG2000Frame.fault(of: buffer, format)
      default: return try LosslessJPEGFrame.words(of: buffer, format)
      }
      if let fault { throw fault }
      return nil
    }
  }
}

/// Reads big-endian numbers. The result is nil if a number is not completely within the bytes.
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
