import CZlib
import Glibc

/// Compresses bytes into one gzip member in memory.
package final class GzipWriter {
  private let stream: UnsafeMutablePointer<z_stream>
  private var output: [UInt8] = []
  private let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)

  /// - Parameter level: zlib's compression level, from 1 for the fastest to 9 for the smallest result.
  /// - Throws: ``VolumeError/inputOutput(errno:)`` if memory is short.
  package init(level: Int32 = Z_BEST_SPEED) throws(VolumeError) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // Adding 16 to the window's bits asks zlib for gzip's header and trailer.
    let code = deflateInit2_(
      stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else { throw .inputOutput(errno: ENOMEM) }
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
    room.deallocate()
  }

  package func append(_ bytes: [UInt8]) throws(VolumeError) { try put(bytes, Z_NO_FLUSH) }

  /// Ends the member and returns all compressed bytes.
  package func finish() throws(VolumeError) -> [UInt8] {
    try put([], Z_FINISH)
    return output
  }

  private func put(_ bytes: [UInt8], _ flush: Int32) throws(VolumeError) {
    let isSound = bytes.withUnsafeBufferPointer { input in
      stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      stream.pointee.avail_in = uInt(input.count)
      repeat {
        stream.pointee.next_out = room.bindMemory(to: UInt8.self).baseAddress
        stream.pointee.avail_out = uInt(room.count)
        let code = deflate(stream, flush)
        guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else { return false }
        output += UnsafeRawBufferPointer(
          rebasing: room[..<(room.count - Int(stream.pointee.avail_out))])
      } while stream.pointee.avail_out == 0
      return true
    }
    guard isSound else { throw .inputOutput(errno: EIO) }
  }
}
