import Formats
import Glibc

/// The header that the converter gets for one image: only checked values, and nothing of the
/// upload's header.
///
/// All images belong to one series of ours. Pixels are unsigned 16-bit words with slope 1 and
/// intercept 0, so that the converter returns the stored words. ``StoredValues`` later applies
/// their meaning.
struct SliceHead {
  let volume: ImageStack.Volume
  /// The source file's transfer syntax; uncompressed pixels are written in little endian.
  let transferSyntax: String

  private static let root = "1.2.826.0.1.3680043.8.498.1"
  private static let sopClass = "1.2.840.10008.5.1.4.1.1.2"
  private static let decimalPlaces = 1e7
  /// Representations with a length of four bytes.
  private static let long: Set<String> = ["OB", "OW"]

  private var isNative: Bool { TransferSyntax.native.contains(transferSyntax) }

  /// All bytes before the pixels.
  ///
  /// - Parameters:
  ///   - index: Place in the volume, from 0.
  ///   - pixelBytes: Length of the pixels; a compressed image is one fragment of even length.
  func bytes(index: Int, pixelBytes: Int) -> [UInt8] {
    let meta =
      Self.element(0x0002_0001, "OB", [0, 1]) + Self.text(0x0002_0002, "UI", Self.sopClass)
      + Self.text(0x0002_0003, "UI", "\(Self.root).\(index + 1)")
      + Self.text(
        0x0002_0010, "UI", isNative ? TransferSyntax.explicitLittleEndian : transferSyntax)
      + Self.text(0x0002_0012, "UI", Self.root)
    return [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)
      + Self.element(0x0002_0000, "UL", Array(littleEndian: UInt32(meta.count))) + meta
      + identity(index) + geometry(index) + pixels(pixelBytes)
  }

  /// The bytes after the pixels.
  var tail: [UInt8] { isNative ? [] : Self.mark(0xe0dd, 0) }

  private func identity(_ index: Int) -> [UInt8] {
    Self.text(0x0008_0008, "CS", "ORIGINAL\\PRIMARY\\AXIAL")
      + Self.text(0x0008_0016, "UI", Self.sopClass)
      + Self.text(0x0008_0018, "UI", "\(Self.root).\(index + 1)")
      + Self.text(0x0008_0020, "DA", "20000101") + Self.text(0x0008_0030, "TM", "000000")
      + Self.text(0x0008_0060, "CS", "CT") + Self.text(0x0018_0050, "DS", Self.decimal(volume.step))
      + Self.text(0x0020_000d, "UI", "\(Self.root).0.1")
      + Self.text(0x0020_000e, "UI", "\(Self.root).0.2") + Self.text(0x0020_0011, "IS", "1")
      + Self.text(0x0020_0012, "IS", "1") + Self.text(0x0020_0013, "IS", "\(index + 1)")
  }

  private func geometry(_ index: Int) -> [UInt8] {
    let position = volume.position + volume.axes.normal * (Double(index) * volume.step)
    let (row, column) = (volume.axes.row, volume.axes.column)
    return Self.decimals(0x0020_0032, [position.x, position.y, position.z])
      + Self.decimals(0x0020_0037, [row.x, row.y, row.z, column.x, column.y, column.z])
      + Self.text(0x0020_0052, "UI", "\(Self.root).0.3") + Self.number(0x0028_0002, 1)
      + Self.text(0x0028_0004, "CS", "MONOCHROME2") + Self.number(0x0028_0010, volume.rows)
      + Self.number(0x0028_0011, volume.columns)
      + Self.decimals(0x0028_0030, [volume.spacing.rows, volume.spacing.columns])
      + Self.number(0x0028_0100, 16) + Self.number(0x0028_0101, 16) + Self.number(0x0028_0102, 15)
      + Self.number(0x0028_0103, 0) + Self.text(0x0028_1052, "DS", "0")
      + Self.text(0x0028_1053, "DS", "1")
  }

  private func pixels(_ byteCount: Int) -> [UInt8] {
    let length = isNative ? UInt32(truncatingIfNeeded: byteCount) : UInt32.max
    let head =
      Self.tag(0x7fe0_0010) + Array((isNative ? "OW" : "OB").utf8) + [0, 0]
      + Array(littleEndian: length)
    return isNative ? head : head + Self.mark(0xe000, 0) + Self.mark(0xe000, byteCount)
  }

  /// A number of at most 16 characters: 7 decimals, enough for 0.1 micrometres.
  static func decimal(_ value: Double) -> String {
    let digits = CheckedNumber.whole(
      value * decimalPlaces, in: -9_999_999_999_999...9_999_999_999_999)
    let (whole, places) = (abs(digits ?? 0)).quotientAndRemainder(dividingBy: 10_000_000)
    let fraction = String(places + 10_000_000).dropFirst()
    return "\((digits ?? 0) < 0 ? "-" : "")\(whole).\(fraction)"
  }

  private static func decimals(_ tag: UInt32, _ values: [Double]) -> [UInt8] {
    text(tag, "DS", values.map(decimal).joined(separator: "\\"))
  }

  private static func number(_ tag: UInt32, _ value: Int) -> [UInt8] {
    element(tag, "US", Array(littleEndian: UInt16(truncatingIfNeeded: value)))
  }

  private static func text(_ tag: UInt32, _ kind: String, _ text: String) -> [UInt8] {
    var value = Array(text.utf8)
    if !value.count.isMultiple(of: 2) { value.append(kind == "UI" ? 0 : 0x20) }
    return element(tag, kind, value)
  }

  private static func element(_ tag: UInt32, _ kind: String, _ value: [UInt8]) -> [UInt8] {
    let length =
      long.contains(kind)
      ? [0, 0] + Array(littleEndian: UInt32(truncatingIfNeeded: value.count))
      : Array(littleEndian: UInt16(truncatingIfNeeded: value.count))
    return self.tag(tag) + Array(kind.utf8) + length + value
  }

  private static func tag(_ tag: UInt32) -> [UInt8] {
    Array(littleEndian: UInt16(tag >> 16)) + Array(littleEndian: UInt16(tag & 0xffff))
  }

  /// An item's header, or an end mark.
  private static func mark(_ element: UInt16, _ byteCount: Int) -> [UInt8] {
    Array(littleEndian: UInt16(0xfffe)) + Array(littleEndian: element)
      + Array(littleEndian: UInt32(truncatingIfNeeded: byteCount))
  }
}
