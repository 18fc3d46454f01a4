@testable import DICOM

/// A compressed image; the first four bytes state its encoding, rows, columns and bits.
///
/// Laws: an image is decoded to one word for each pixel, and each word took at least one bit; only
/// lossless JPEGs are decoded here.
struct FuzzedFrame {
  private let transferSyntax: String
  private let format: PixelFormat
  private let frame: [UInt8]

  private static let encodings = [
    "1.2.840.10008.1.2.4.70", TransferSyntax.losslessJPEG2000, TransferSyntax.runLength,
  ]

  init(_ bytes: [UInt8]) {
    let head = (0..<4).map { $0 < bytes.count ? Int(bytes[$0]) : 0 }
    transferSyntax = Self.encodings[head[0] % Self.encodings.count]
    format = PixelFormat(
      rows: head[1] + 1, columns: head[2] + 1, bitsAllocated: 16, bitsStored: head[3] % 16 + 1,
      isSigned: head[3] >= 128)
    frame = Array(bytes.dropFirst(4))
  }

  func check() throws(BrokenLaw) {
    let words: [UInt16]?
    do throws(SeriesError.PixelFault) {
      words = try CompressedFrame.words(of: frame, transferSyntax, format)
    } catch {
      return
    }
    try demand((words != nil) == (transferSyntax == Self.encodings[0]), "decoded elsewhere")
    guard let words else { return }
    try demand(words.count == format.pixels, "\(words.count) of \(format.pixels) words")
    try demand(words.count <= 8 * frame.count, "\(words.count) words of \(frame.count) bytes")
  }
}
