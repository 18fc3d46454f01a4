internal import CZlib

/// Gzip for files that are built into the program. Their content is known, so there is neither a limit nor an error.
enum Gzip {
  /// zlib's parameter for a window of 32 KiB and the gzip format.
  private static let windowBits: Int32 = 15 + 16
  private static let pieceByteCount = 256 << 10

  /// Compresses bytes; nil if zlib has no memory, or if the result is not smaller.
  static func compressed(_ bytes: [UInt8]) -> [UInt8]? {
    var stream = z_stream()
    let started = deflateInit2_(
      &stream, Z_BEST_COMPRESSION, Z_DEFLATED, windowBits, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard started == Z_OK, let size = UInt32(exactly: bytes.count) else { return nil }
    defer { deflateEnd(&stream) }
    // The result must be smaller than the bytes, so it needs no more room than they do.
    var result = [UInt8](repeating: 0, count: bytes.count)
    let count: Int? = bytes.withUnsafeBufferPointer { input in
      result.withUnsafeMutableBufferPointer { output in
        // zlib does not write through this pointer.
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.avail_in = size
        stream.next_out = output.baseAddress
        stream.avail_out = size
        return deflate(&stream, Z_FINISH) == Z_STREAM_END
          ? output.count - Int(stream.avail_out) : nil
      }
    }
    guard let count else { return nil }
    return Array(result.prefix(count))
  }

  /// Inflates bytes that ``compressed(_:)`` or a build script made; stops at the first fault.
  static func inflated(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    let started = inflateInit2_(
      &stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard started == Z_OK, let size = UInt32(exactly: bytes.count) else { return [] }
    defer { inflateEnd(&stream) }
    var result: [UInt8] = []
    bytes.withUnsafeBufferPointer { input in
      stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      stream.avail_in = size
      var isMore = true
      while isMore {
        result += [UInt8](unsafeUninitializedCapacity: pieceByteCount) { output, count in
          stream.next_out = output.baseAddress
          stream.avail_out = UInt32(pieceByteCount)
          isMore = inflate(&stream, Z_NO_FLUSH) == Z_OK
          count = pieceByteCount - Int(stream.avail_out)
        }
      }
    }
    return result
  }
}
