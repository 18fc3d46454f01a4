internal import CZlib

// Encodes a picture as PNG with 8 bits per sample, in grey or in colour.
//
// Source: ISO/IEC 15948, chapters 5, 9 and 11.
extension SlicePicture {
  private static let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
  /// The PNG filter "Sub", which stores the difference between a byte and the same byte of the previous pixel.
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
    // The buffer has the maximum size, so only a lack of memory can make this call fail. The PNG file is then
    // invalid, and viewers do not show it.
    let code = compress2(&result, &length, bytes, uLong(bytes.count), Z_BEST_SPEED)
    return Array(result.prefix(code == Z_OK ? Int(length) : 0))
  }

  /// Returns a number as four bytes, the most significant byte first.
  private static func number(_ value: Int) -> [UInt8] {
    withUnsafeBytes(of: UInt32(truncatingIfNeeded: value).bigEndian) { Array($0) }
  }
}
