import CZlib
import Files
import Glibc

/// Unpacks the entries of a ZIP.
enum ZipInflater {
  private static let pieceBytes = 256 << 10

  /// Unpacks an entry and writes its bytes to an open file. Writes at most the declared length.
  ///
  /// - Parameter watch: Checked before each piece is written.
  /// - Throws: ``SeriesError/zipCorrupt(_:)`` if the length or the checksum differs from the declared one; the errors
  ///   of `watch`; the errors of writing.
  static func write(
    _ entry: ZipArchive.Entry, of file: FileRegion, to target: FreshFile, _ watch: ConversionWatch
  ) throws(SeriesError) {
    var checksum = crc32(0, nil, 0)
    var produced = 0
    let take = { (bytes: UnsafeRawBufferPointer) throws(SeriesError) in
      guard produced + bytes.count <= entry.bytes else { throw .zipCorrupt(.content) }
      try watch.check()
      produced += bytes.count
      checksum = crc32(
        checksum, bytes.bindMemory(to: UInt8.self).baseAddress, uInt(bytes.count))
      try target.append(bytes)
    }
    if entry.isCompressed {
      try inflate(entry, of: file, take)
    } else {
      try forEachPiece(of: entry, in: file, take)
    }
    guard produced == entry.bytes, UInt32(truncatingIfNeeded: checksum) == entry.checksum else {
      throw .zipCorrupt(.content)
    }
  }

  private static func forEachPiece(
    of entry: ZipArchive.Entry, in file: FileRegion,
    _ body: (UnsafeRawBufferPointer) throws(SeriesError) -> Void
  ) throws(SeriesError) {
    var position = entry.dataStart
    var left = entry.compressedBytes
    while left > 0 {
      let piece = try file.piece(at: position, count: min(pieceBytes, left))
      guard !piece.isEmpty else { throw .zipCorrupt(.content) }
      let result = piece.withUnsafeBytes { bytes in
        Result { () throws(SeriesError) in try body(bytes) }
      }
      try result.get()
      position += piece.count
      left -= piece.count
    }
  }

  private static func inflate(
    _ entry: ZipArchive.Entry, of file: FileRegion,
    _ body: (UnsafeRawBufferPointer) throws(SeriesError) -> Void
  ) throws(SeriesError) {
    // The stream needs a fixed address, because zlib stores this address.
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let output = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceBytes, alignment: 64)
    defer {
      inflateEnd(stream)
      stream.deallocate()
      output.deallocate()
    }
    // A negative number makes zlib expect DEFLATE data without a header.
    guard inflateInit2_(stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw .inputOutput(errno: ENOMEM) }
    var hasEnded = false
    try forEachPiece(of: entry, in: file) { (piece) throws(SeriesError) in
      stream.pointee.next_in = UnsafeMutablePointer(
        mutating: piece.bindMemory(to: UInt8.self).baseAddress)
      stream.pointee.avail_in = uInt(piece.count)
      while stream.pointee.avail_in > 0 || (stream.pointee.avail_out == 0 && !hasEnded) {
        guard !hasEnded else { throw .zipCorrupt(.content) }
        stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
        stream.pointee.avail_out = uInt(output.count)
        let result = CZlib.inflate(stream, Z_NO_FLUSH)
        hasEnded = result == Z_STREAM_END
        guard result == Z_OK || hasEnded || result == Z_BUF_ERROR else {
          throw .zipCorrupt(.content)
        }
        let count = output.count - Int(stream.pointee.avail_out)
        try body(UnsafeRawBufferPointer(rebasing: output[..<count]))
      }
    }
    guard hasEnded else { throw .zipCorrupt(.content) }
  }
}
