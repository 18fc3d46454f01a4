import CZlib

/// Writes gzip members byte by byte, right or wrong.
public struct NIfTIGzip: Sendable {
  /// Bytes of the optional extra field.
  public var extraField: [UInt8]?
  /// The optional file name, without the terminating zero.
  public var name: [UInt8]?
  /// Flips the CRC-32 if true.
  public var breaksChecksum = false
  /// Adds one to the length if true.
  public var breaksLength = false

  /// A plain member.
  public init() {}

  /// One member that holds `bytes`.
  public func member(_ bytes: [UInt8]) -> [UInt8] {
    frame(
      Self.deflated(bytes, flush: Z_FINISH), checksum: Self.checksum(bytes), length: bytes.count)
  }

  /// One member that holds `prefix` and then `mebibytes` of zeros, made without holding them.
  public func member(_ prefix: [UInt8], zeroMebibytes mebibytes: Int) -> [UInt8] {
    let zeros = [UInt8](repeating: 0, count: 1 << 20)
    // After a full flush a block depends on nothing before it, so that one serves for all.
    let block = Self.deflated(zeros, flush: Z_FULL_FLUSH)
    let zerosChecksum = Self.checksum(zeros)
    var checksum = Self.checksum(prefix)
    var body = Self.deflated(prefix, flush: Z_FULL_FLUSH)
    for _ in 0..<mebibytes {
      body += block
      checksum = crc32_combine(checksum, zerosChecksum, zeros.count)
    }
    body += Self.deflated([], flush: Z_FINISH)
    return frame(body, checksum: checksum, length: prefix.count + mebibytes << 20)
  }

  private func frame(_ body: [UInt8], checksum: UInt, length: Int) -> [UInt8] {
    let flags: UInt8 = (extraField == nil ? 0 : 4) | (name == nil ? 0 : 8)
    var result: [UInt8] = [0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 255]
    if let extraField {
      result += Self.littleEndian(UInt16(truncatingIfNeeded: extraField.count)) + extraField
    }
    if let name { result += name + [0] }
    result += body
    result += Self.littleEndian(UInt32(truncatingIfNeeded: checksum) ^ (breaksChecksum ? 1 : 0))
    result += Self.littleEndian(UInt32(truncatingIfNeeded: length) &+ (breaksLength ? 1 : 0))
    return result
  }

  /// A number's bytes, least significant first.
  public static func littleEndian<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  /// The CRC-32 of some bytes.
  public static func checksum(_ bytes: [UInt8]) -> UInt {
    bytes.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) }
  }

  /// The content of one whole member; nil if it is damaged, or has another length than `count`.
  public static func content(of member: [UInt8], count: Int) -> [UInt8]? {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let gzipWindowBits: Int32 = 15 + 16
    inflateInit2_(stream, gzipWindowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    defer {
      inflateEnd(stream)
      stream.deallocate()
    }
    var input = member
    var output = [UInt8](repeating: 0, count: count + 1)
    let code = input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        stream.pointee.next_in = input.baseAddress
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(output.count)
        return inflate(stream, Z_FINISH)
      }
    }
    guard code == Z_STREAM_END, stream.pointee.avail_in == 0, stream.pointee.avail_out == 1 else {
      return nil
    }
    return output.dropLast()
  }

  /// Without a frame.
  static func deflated(_ bytes: [UInt8], flush: Int32) -> [UInt8] {
    // zlib remembers where its stream lives, so that it must not move between calls.
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let rawWindowBits: Int32 = -15
    deflateInit2_(
      stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, rawWindowBits, 8, Z_DEFAULT_STRATEGY,
      ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    defer {
      deflateEnd(stream)
      stream.deallocate()
    }
    var input = bytes
    let room = Int(deflateBound(stream, UInt(bytes.count))) + 64
    return input.withUnsafeMutableBufferPointer { input in
      [UInt8](unsafeUninitializedCapacity: room) { output, count in
        stream.pointee.next_in = input.baseAddress
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(room)
        deflate(stream, flush)
        count = room - Int(stream.pointee.avail_out)
      }
    }
  }
}
