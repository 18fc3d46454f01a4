/// The format of the stored values of an image.
struct PixelFormat: Sendable, Equatable {
  let rows: Int
  let columns: Int
  /// Number of bits that each value occupies: 8 or 16.
  let bitsAllocated: Int
  /// Number of bits that each value uses, counted from the lowest bit.
  let bitsStored: Int
  let isSigned: Bool

  var pixels: Int { rows * columns }
  /// Size in bytes of one uncompressed image.
  var byteCount: Int { pixels * (bitsAllocated / 8) }
}

extension PixelFormat {
  /// Reads the format from a header; nil if the header contradicts itself or the format is not supported.
  init?(_ header: ImageHeader) {
    guard header.samplesPerPixel == 1, header.rows > 0, header.columns > 0,
      header.rows <= 0xffff, header.columns <= 0xffff,
      header.bitsAllocated == 16
        || (header.bitsAllocated == 8 && TransferSyntax.native.contains(header.transferSyntax)),
      (1...header.bitsAllocated).contains(header.bitsStored),
      // If HighBit is missing, the usual value is assumed.
      header.highBit == nil || header.highBit == header.bitsStored - 1,
      let representation = header.pixelRepresentation, (0...1).contains(representation)
    else { return nil }
    self.init(
      rows: header.rows, columns: header.columns, bitsAllocated: header.bitsAllocated,
      bitsStored: header.bitsStored, isSigned: representation == 1)
  }
}
