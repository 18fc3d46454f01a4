internal import CZlib
internal import Inference

/// Encodes PNG pictures, grey or in colour, 8 bits a sample.
///
/// - Source: ISO/IEC 15948, chapters 5, 9 and 11.
enum PNG {
  private static let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
  /// Each byte is the difference to the one of the previous pixel.
  private static let subFilter: UInt8 = 1

  static func bytes(_ picture: SlicePicture) -> [UInt8] {
    let samples = picture.isColour ? 3 : 1
    let header =
      number(picture.width) + number(picture.height) + [8, picture.isColour ? 2 : 0, 0, 0, 0]
    let rowBytes = picture.width * samples
    var rows: [UInt8] = []
    rows.reserveCapacity((rowBytes + 1) * picture.height)
    for row in 0..<picture.height {
      let start = row * rowBytes
      rows.append(subFilter)
      for place in 0..<rowBytes {
        let before = place < samples ? 0 : picture.samples[start + place - samples]
        rows.append(picture.samples[start + place] &- before)
      }
    }
    return signature + chunk("IHDR", header) + chunk("IDAT", compressed(rows)) + chunk("IEND", [])
  }

  private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let content = Array(type.utf8) + data
    let checksum = content.withUnsafeBufferPointer { crc32(0, $0.baseAddress, uInt($0.count)) }
    return number(data.count) + content + number(Int(checksum))
  }

  private static func compressed(_ bytes: [UInt8]) -> [UInt8] {
    var length = compressBound(uLong(bytes.count))
    var result = [UInt8](repeating: 0, count: Int(length))
    // The buffer has the maximal size, so only missing memory can fail; the picture is then visibly
    // invalid.
    let code = compress2(&result, &length, bytes, uLong(bytes.count), Z_BEST_SPEED)
    return Array(result.prefix(code == Z_OK ? Int(length) : 0))
  }

  /// A number in four bytes, most significant first.
  private static func number(_ value: Int) -> [UInt8] {
    withUnsafeBytes(of: UInt32(truncatingIfNeeded: value).bigEndian) { Array($0) }
  }
}
