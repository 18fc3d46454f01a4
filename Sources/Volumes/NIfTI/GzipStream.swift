import CZlib
import Files
import Glibc

/// Inflates a gzip file with one or more members. It never produces more bytes than the caller requests
/// (HostileInputs.md, rule 3).
///
/// zlib checks the CRC-32 and the length of each member. Bytes between members are refused. Only zeros may follow the
/// last member, because tapes and pipes pad their last block. This is a class because it owns the state of zlib. Only
/// one task at a time may use it.
final class GzipStream {
  private let file: FileRegion
  private let limits: VolumeLimits
  private let stream: UnsafeMutablePointer<z_stream>
  private let header: UnsafeMutablePointer<gz_header>
  private let input: UnsafeMutableRawBufferPointer

  /// The bytes in `input` that zlib has not consumed yet.
  private var pending = 0..<0
  /// The file position from which the next input is read.
  private var position = 0
  private var isInMember = false
  private var headerBytesLeft = 0
  private var memberProduced = false
  private var emptyMembers = 0

  private static let inputBytes = 256 << 10
  /// zlib's parameter for a window of 32 KiB and the gzip format only.
  private static let gzipWindowBits: Int32 = 15 + 16

  /// Prepares to inflate a file.
  ///
  /// - Throws: ``VolumeError/inputOutput(errno:)`` if there is not enough memory.
  init(file: FileRegion, limits: VolumeLimits) throws(VolumeError) {
    self.file = file
    self.limits = limits
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    header = .allocate(capacity: 1)
    header.initialize(to: gz_header())
    input = .allocate(byteCount: Self.inputBytes, alignment: 64)
    let result = inflateInit2_(
      stream, Self.gzipWindowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard result == Z_OK else { throw .inputOutput(errno: ENOMEM) }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    header.deallocate()
    input.deallocate()
  }

  /// Fills `output`, or only a part of it if the members end earlier.
  ///
  /// - Returns: The number of bytes written. If it is smaller than the size of `output`, the last member is complete.
  /// - Throws: ``VolumeError/gzipCorrupt``, ``VolumeError/inputOutput(errno:)``, or
  ///   ``VolumeError/trailingData(declared:)`` for bytes between members and for bytes other than zero after the last
  ///   member.
  func read(
    into output: UnsafeMutableRawBufferPointer, declared: Int
  ) throws(VolumeError) -> Int {
    var done = 0
    while done < output.count {
      if !isInMember {
        guard try beginMember(declared: declared) else { return done }
      }
      done += try inflateOnce(into: UnsafeMutableRawBufferPointer(rebasing: output[done...]))
    }
    return done
  }

  /// Checks that no data follow. The current member must end here, and only empty members may follow it.
  func expectEnd(declared: Int) throws(VolumeError) {
    var probe: [UInt8] = [0]
    var failure: VolumeError?
    probe.withUnsafeMutableBytes { buffer in
      do throws(VolumeError) {
        let excess = try read(into: buffer, declared: declared)
        if excess > 0 { failure = .trailingData(declared: declared) }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  /// Starts the next member. Returns false at the end of the file, or if only zeros follow.
  private func beginMember(declared: Int) throws(VolumeError) -> Bool {
    let start = position - pending.count
    guard start < file.byteCount else { return false }
    let magic = FileSignature.gzipMagic
    // Some files have many tiny members. Bytes that are already in memory are therefore not read again.
    let isMember =
      pending.count >= magic.count
      ? magic.indices.allSatisfy { input[pending.lowerBound + $0] == magic[$0] }
      : try VolumeError.from(try file.bytes(at: start, count: magic.count)) == magic
    guard isMember else {
      guard try file.isZero(from: start) else { throw .trailingData(declared: declared) }
      (position, pending) = (file.byteCount, 0..<0)
      return false
    }
    guard inflateReset(stream) == Z_OK, inflateGetHeader(stream, header) == Z_OK else {
      throw .gzipCorrupt
    }
    isInMember = true
    memberProduced = false
    headerBytesLeft = limits.gzipHeaderBytes
    return true
  }

  /// Calls zlib once. Returns the number of bytes that it produced.
  private func inflateOnce(
    into output: UnsafeMutableRawBufferPointer
  ) throws(VolumeError) -> Int {
    try refill()
    let isInHeader = header.pointee.done != 1
    let offered = isInHeader ? min(pending.count, headerBytesLeft) : pending.count
    let room = min(output.count, Int(Int32.max))
    stream.pointee.next_in = input.baseAddress?
      .advanced(by: pending.lowerBound).assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_in = UInt32(offered)
    stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(room)
    let result = inflate(stream, Z_NO_FLUSH)
    let taken = offered - Int(stream.pointee.avail_in)
    let produced = room - Int(stream.pointee.avail_out)
    pending = (pending.lowerBound + taken)..<pending.upperBound
    memberProduced = memberProduced || produced > 0
    try check(result, taken: taken, produced: produced)
    if isInHeader, header.pointee.done != 1 {
      headerBytesLeft -= taken
      guard headerBytesLeft > 0 else { throw .gzipCorrupt }
    }
    return produced
  }

  private func check(
    _ result: Int32, taken: Int, produced: Int
  ) throws(VolumeError) {
    switch result {
    case Z_STREAM_END:
      isInMember = false
      guard !memberProduced else { return }
      emptyMembers += 1
      guard emptyMembers <= limits.emptyGzipMembers else { throw .gzipCorrupt }
    case Z_OK, Z_BUF_ERROR:
      // If zlib makes no progress and all input was used, the member is truncated.
      let isStuck = taken == 0 && produced == 0
      guard !(isStuck && position >= file.byteCount) else { throw .gzipCorrupt }
    case Z_MEM_ERROR:
      throw .inputOutput(errno: ENOMEM)
    default:
      throw .gzipCorrupt
    }
  }

  private func refill() throws(VolumeError) {
    guard pending.isEmpty else { return }
    let count = try VolumeError.from(try file.read(into: input, at: position))
    position += count
    pending = 0..<count
  }
}
