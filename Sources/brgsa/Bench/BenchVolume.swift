import ArgumentParser
import CZlib
import CheckedNumbers
import Glibc

/// A made-up CT for `brgsa bench`: a body with two lungs and noise, 512 x 512 x 141 voxels of 16 bits, gzip level 6,
/// about as large as a real one.
enum BenchVolume {
  private static let shape = [512, 512, 141]
  private static let spacing: [Float] = [0.7, 0.7, 2.5]
  /// zlib's way to say: a 32 KiB window and gzip framing.
  private static let gzipWindowBits: Int32 = 15 + 16

  /// Writes the volume into a new temporary file.
  ///
  /// - Returns: Its path; the caller removes it.
  /// - Throws: `CommandFailure` if the disk has no room.
  static func make() throws -> String {
    Console.note("making a CT of \(shape[0]) x \(shape[1]) x \(shape[2]) voxels")
    let bytes = compress(header() + voxels())
    var path = Array("/tmp/brgsa-bench-XXXXXX".utf8CString)
    let descriptor = mkstemp(&path)
    let name = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard descriptor >= 0 else { throw failure(name) }
    defer { close(descriptor) }
    guard let bytes, Console.write(bytes, to: descriptor) == 0 else {
      unlink(name)
      throw failure(name)
    }
    return name
  }

  private static func failure(_ name: String) -> CommandFailure {
    CommandFailure("\(name): \(String(cString: strerror(errno)))", .cannotCreate)
  }

  /// NIfTI-1, little-endian, 16-bit integers, axes right, anterior, superior.
  private static func header() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 352)
    func put<Value>(_ value: Value, at offset: Int) {
      withUnsafeBytes(of: value) { bytes.replaceSubrange(offset..<(offset + $0.count), with: $0) }
    }
    put(Int32(348).littleEndian, at: 0)
    for (index, extent) in ([3] + shape + [1, 1, 1, 1]).enumerated() {
      put(Int16(truncatingIfNeeded: extent).littleEndian, at: 40 + 2 * index)
    }
    put(Int16(4).littleEndian, at: 70)
    put(Int16(16).littleEndian, at: 72)
    for axis in 0..<3 {
      put(spacing[axis].bitPattern.littleEndian, at: 80 + 4 * axis)
      put(spacing[axis].bitPattern.littleEndian, at: 280 + 20 * axis)
    }
    put(Float(352).bitPattern.littleEndian, at: 108)
    put(Float(1).bitPattern.littleEndian, at: 112)
    bytes[123] = 2
    put(Int16(1).littleEndian, at: 254)
    bytes.replaceSubrange(344..<347, with: "n+1".utf8)
    return bytes
  }

  /// HU: air, a body of soft tissue, two lungs, and noise of about 15 HU.
  private static func voxels() -> [UInt8] {
    var noise = BenchNoise(seed: 7)
    var bytes = [UInt8](repeating: 0, count: 2 * shape.reduce(1, *))
    var place = 0
    for z in 0..<shape[2] {
      for y in 0..<shape[1] {
        for x in 0..<shape[0] {
          let value = Int16(
            nearest: (tissue(x, y, z) + 25 * noise.next()).rounded(.towardZero),
            clampedTo: -2000...2000)
          bytes[place] = UInt8(truncatingIfNeeded: value)
          bytes[place + 1] = UInt8(truncatingIfNeeded: value >> 8)
          place += 2
        }
      }
    }
    return bytes
  }

  private static func tissue(_ x: Int, _ y: Int, _ z: Int) -> Float {
    let (right, back) = (Float(x - 256) / 230, Float(y - 256) / 170)
    guard right * right + back * back < 1 else { return -1000 }
    let (side, up) = ((abs(right) - 0.45) / 0.33, Float(z - 70) / 80)
    return side * side + back * back / 0.5 + up * up < 1 ? -850 : 40
  }

  private static func compress(_ bytes: [UInt8]) -> [UInt8]? {
    var stream = z_stream()
    guard
      deflateInit2_(
        &stream, 6, Z_DEFLATED, gzipWindowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { deflateEnd(&stream) }
    var result = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
    let status = bytes.withUnsafeBufferPointer { source in
      result.withUnsafeMutableBufferPointer { target in
        stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        stream.avail_in = UInt32(source.count)
        stream.next_out = target.baseAddress
        stream.avail_out = UInt32(target.count)
        return deflate(&stream, Z_FINISH)
      }
    }
    guard status == Z_STREAM_END else { return nil }
    return Array(result.prefix(Int(stream.total_out)))
  }
}
