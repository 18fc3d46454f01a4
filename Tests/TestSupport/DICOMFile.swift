/// Writes a CT image as a DICOM file, element by element, right or wrong.
public struct DICOMFile: Sendable {
  /// Texts by tag, such as `0x0020_0013`.
  public var texts: [UInt32: String]
  /// Numbers of two bytes by tag.
  public var numbers: [UInt32: Int]
  /// Pixels, row by row.
  public var pixels: [Int16]
  /// How pixels and elements are written, in the file's own header.
  public var transferSyntax = "1.2.840.10008.1.2.1"
  /// Elements behind the sorted ones of group 8, as bytes.
  public var extra: [UInt8] = []
  /// Elements just before the pixels, as bytes.
  public var sequences: [UInt8] = []
  /// The bytes of uncompressed pixels, if they are not to be made of `pixels`.
  public var pixelBytes: [UInt8]?
  /// Pieces of compressed pixels; with a table of offsets before them.
  public var fragments: [[UInt8]]?
  /// Places of the frames behind the table, in bytes.
  public var offsets: [UInt32] = []

  /// One slice of an axial chest.
  ///
  /// - Parameters:
  ///   - index: From the feet up; its place, its instance and its UID.
  ///   - hounsfield: HU, columns fastest.
  ///   - spacing: Millimetres between columns, rows and slices.
  public init(
    index: Int, hounsfield: [Int16], columns: Int, rows: Int, spacing: [Double], series: Int = 1
  ) {
    texts = [
      0x0008_0008: "ORIGINAL\\PRIMARY\\AXIAL",
      0x0008_0016: "1.2.840.10008.5.1.4.1.1.2",
      0x0008_0018: "1.2.826.0.1.3680043.8.498.\(series).\(index)",
      0x0008_0020: "20260101", 0x0008_0060: "CT", 0x0008_0070: "TEST",
      0x0010_0010: "CANARY^PATIENT", 0x0010_0020: "CANARY-ID",
      0x0018_0050: "\(spacing[2])", 0x0018_0060: "120",
      0x0020_000d: "1.2.826.0.1.3680043.8.498.7",
      0x0020_000e: "1.2.826.0.1.3680043.8.498.7.\(series)",
      0x0020_0011: "\(series)", 0x0020_0012: "1", 0x0020_0013: "\(index + 1)",
      0x0020_0032: "0\\0\\\(Double(index) * spacing[2])", 0x0020_0037: "1\\0\\0\\0\\1\\0",
      0x0020_0052: "1.2.826.0.1.3680043.8.498.7.9",
      0x0028_0004: "MONOCHROME2", 0x0028_0030: "\(spacing[1])\\\(spacing[0])",
      0x0028_1052: "0", 0x0028_1053: "1",
    ]
    numbers = [
      0x0028_0002: 1, 0x0028_0010: rows, 0x0028_0011: columns, 0x0028_0100: 16, 0x0028_0101: 16,
      0x0028_0102: 15, 0x0028_0103: 1,
    ]
    pixels = hounsfield
  }

  /// The phantom's slices, from the feet up.
  public static func series(
    of phantom: VolumesPhantom = .small, series: Int = 1
  ) -> [DICOMFile] {
    let (columns, rows) = (phantom.shape[0], phantom.shape[1])
    return (0..<phantom.shape[2]).map { index in
      let slice = phantom.hounsfield[(index * columns * rows)..<((index + 1) * columns * rows)]
      return DICOMFile(
        index: index, hounsfield: slice.map { Int16($0) }, columns: columns, rows: rows,
        spacing: phantom.spacing, series: series)
    }
  }

  /// The whole file, explicit little endian whatever its header says.
  public func bytes() -> [UInt8] {
    let meta =
      Self.element(0x0002_0001, "OB", [0, 1])
      + Self.text(0x0002_0002, texts[0x0008_0016] ?? "")
      + Self.text(0x0002_0003, texts[0x0008_0018] ?? "")
      + Self.text(0x0002_0010, transferSyntax) + Self.text(0x0002_0012, "1.2.826.0.1.3680043.8.498")
    var data: [UInt8] = []
    var hasExtra = extra.isEmpty
    for tag in (Array(texts.keys) + Array(numbers.keys)).sorted() {
      if !hasExtra, tag >= 0x0010_0000 {
        data += extra
        hasExtra = true
      }
      if let text = texts[tag] { data += Self.text(tag, text) }
      if let number = numbers[tag] {
        data += Self.element(tag, "US", Self.bytes(UInt16(truncatingIfNeeded: number)))
      }
    }
    data += sequences
    data +=
      fragments.map(encapsulated)
      ?? Self.element(0x7fe0_0010, "OW", pixelBytes ?? pixels.flatMap(Self.bytes))
    return [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)
      + Self.element(0x0002_0000, "UL", Self.bytes(UInt32(meta.count))) + meta + data
  }

  private func encapsulated(_ fragments: [[UInt8]]) -> [UInt8] {
    let marks: (UInt32, [UInt8]) -> [UInt8] = { tag, value in
      Self.bytes(UInt16(tag >> 16)) + Self.bytes(UInt16(tag & 0xffff))
        + Self.bytes(UInt32(value.count)) + value
    }
    return [0xe0, 0x7f, 0x10, 0] + Array("OB".utf8) + [0, 0, 0xff, 0xff, 0xff, 0xff]
      + marks(0xfffe_e000, offsets.flatMap(Self.bytes))
      + fragments.flatMap { marks(0xfffe_e000, $0) } + marks(0xfffe_e0dd, [])
  }

  private static let representations: [UInt32: String] = [
    0x0008_0008: "CS", 0x0008_0020: "DA", 0x0008_0060: "CS", 0x0008_0070: "LO",
    0x0010_0010: "PN", 0x0010_0020: "LO", 0x0010_0030: "DA", 0x0018_0015: "CS", 0x0018_0050: "DS",
    0x0018_0060: "DS",
    0x0020_0011: "IS", 0x0020_0012: "IS", 0x0020_0013: "IS", 0x0020_0032: "DS", 0x0020_0037: "DS",
    0x0028_0004: "CS", 0x0028_0008: "IS", 0x0028_0030: "DS", 0x0028_1052: "DS", 0x0028_1053: "DS",
    0x0028_1054: "LO", 0x0018_1210: "SH",
  ]

  static func text(_ tag: UInt32, _ text: String) -> [UInt8] {
    let representation = representations[tag] ?? "UI"
    var value = Array(text.utf8)
    if !value.count.isMultiple(of: 2) { value.append(representation == "UI" ? 0 : 0x20) }
    return element(tag, representation, value)
  }

  /// An element in explicit little endian.
  public static func element(
    _ tag: UInt32, _ representation: String, _ value: [UInt8]
  ) -> [UInt8] {
    let isLong = ["OB", "OW", "SQ", "UN"].contains(representation)
    let length =
      isLong ? [0, 0] + bytes(UInt32(value.count)) : bytes(UInt16(truncatingIfNeeded: value.count))
    return bytes(UInt16(tag >> 16)) + bytes(UInt16(tag & 0xffff)) + Array(representation.utf8)
      + length + value
  }

  static func bytes<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] {
    NIfTIGzip.littleEndian(value)
  }
}
