internal import CZlib

// The picture as PNG, grey or in colours, 8 bits a sample.
//
// - Source: ISO/IEC 15948, chapters 5, 9 and 11.
extension SlicePicture {
  private static let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
  /// The PNG filter that stores each byte as its difference from the previous pixel's byte.
  private static let subFilter: UInt8 = 1

  /// The picture as a PNG file.
  public var png: [UInt8] {
    let pixelBytes = isColour ? 3 : 1
    let header =
      Self.number(width) + Self.number(height) + [8, isColour ? 2 : 0, 0, 0, 0]
    let rowBytes = width * pixelBytes
    var rows: [UInt8] = []
    rows.reserveCapacity((rowBytes + 1) * height)
    for row in 0..<height {
      let start = row * rowBytes
      rows.append(Self.subFilter)
      for place in 0..<rowBytes {
        let before = place < pixelBytes ? 0 : samples[start + place - pixelBytes]
        rows.append(samples[start + place] &- before)
      }
    }
    return Self.signature + Self.chunk("IHDR", header) + Self.chunk("IDAT", Self.compressed(rows))
      + Self.chunk("IEND", [])
  }

  private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let content = Array(type.utf8) + data
    let checksum = content.withUnsafeBufferPointer { crc32(0, $0.baseAddress, uInt($0.count)) }
    return number(data.count) + content + number(Int(checksum))
  }

  private static func compressed(_ bytes: [UInt8]) -> [UInt8] {
    var length = compressBound(uLong(bytes.count))
    var result = [UInt8](repeating: 0, count: Int(length))
    // The buffer has the largest size, so the call can fail only for lack of memory. The picture is
    // then visibly invalid.
    let code = compress2(&result, &length, bytes, uLong(bytes.count), Z_BEST_SPEED)
    return Array(result.prefix(code == Z_OK ? Int(length) : 0))
  }

  /// Returns a number in four bytes, most significant first.
  private static func number(_ value: Int) -> [UInt8] {
    withUnsafeBytes(of: UInt32(truncatingIfNeeded: value).bigEndian) { Array($0) }
  }
}
