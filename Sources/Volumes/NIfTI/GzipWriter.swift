import CZlib
import Formats
import Glibc

/// Compresses bytes in memory to one gzip member.
package final class GzipWriter {
  private let stream: UnsafeMutablePointer<z_stream>
  private var output: [UInt8] = []
  private let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)

  /// Starts a member.
  ///
  /// - Parameter level: zlib's compression level, from 1 (fastest) to 9 (smallest result).
  /// - Throws: ``VolumeError/inputOutput(errno:)`` if there is not enough memory.
  package convenience init(level: Int32 = Z_BEST_SPEED) throws(VolumeError) {
    // 16 is added to the window bits, so that zlib writes the header and trailer of gzip.
    try self.init(level: level, windowBits: 15 + 16)
  }

  fileprivate init(level: Int32, windowBits: Int32) throws(VolumeError) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let code = deflateInit2_(
      stream, level, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else { throw .inputOutput(errno: ENOMEM) }
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
    room.deallocate()
  }

  package func append(_ bytes: [UInt8]) throws(VolumeError) { try put(bytes, Z_NO_FLUSH) }

  /// Returns the bytes that were compressed since the last call. Those that zlib holds back come later.
  package func takeOutput() -> [UInt8] {
    defer { output = [] }
    return output
  }

  /// Ends the member and returns all compressed bytes that were not taken.
  package func finish() throws(VolumeError) -> [UInt8] {
    try put([], Z_FINISH)
    return output
  }

  /// Completes a block on a byte boundary without ending the stream. Returns all compressed bytes.
  fileprivate func flush() throws(VolumeError) -> [UInt8] {
    try put([], Z_SYNC_FLUSH)
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

/// A part of a gzip member. Parts are compressed separately, so that several threads can share the work.
struct GzipPiece: Sendable {
  private let bytes: [UInt8]
  private let checksum: uLong
  private let count: Int

  /// Compresses a part.
  ///
  /// - Throws: ``VolumeError/inputOutput(errno:)`` if there is not enough memory.
  init(_ content: [UInt8]) throws(VolumeError) {
    // With negative window bits, zlib writes neither a header nor a trailer.
    let writer = try GzipWriter(level: Z_BEST_SPEED, windowBits: -15)
    try writer.append(content)
    bytes = try writer.flush()
    checksum = content.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) }
    count = content.count
  }

  /// Joins all parts to one gzip member.
  ///
  /// - Source: RFC 1952, section 2.3; RFC 1951, section 3.2.6.
  static func member(_ pieces: [GzipPiece]) -> [UInt8] {
    // The header: DEFLATE, no flags, no modification time, Unix.
    var member: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]
    var checksum: uLong = 0
    var count = 0
    for piece in pieces {
      member += piece.bytes
      checksum = crc32_combine(checksum, piece.checksum, piece.count)
      count += piece.count
    }
    // The last block is empty.
    member += [3, 0]
    member.append(littleEndian: UInt32(truncatingIfNeeded: checksum))
    member.append(littleEndian: UInt32(truncatingIfNeeded: count))
    return member
  }
}
