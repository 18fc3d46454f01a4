import Glibc

/// What is read of one DICOM file: enough to choose a series and to see whether it is one volume.
///
/// Values stay in the process; nothing of them reaches an answer or a log.
struct ImageHeader: Sendable, Equatable {
  var transferSyntax: String
  var sopClass = ""
  var sopInstance = ""
  var imageType: [String] = []
  var modality = ""
  var bodyPart = ""
  var study = ""
  var series = ""
  var seriesNumber: Int?
  var plane = ImagePlane()
  var frames = 1
  var rows = 0
  var columns = 0
  var samplesPerPixel = 1
  var photometric = ""

  /// Bytes that are looked at first, and if need be.
  private static let headBytes = [64 << 10, 2 << 20]
  private static let preambleBytes = 128
  private static let mostFrames = 100_000
  /// What an integer string may hold.
  private static let integers = Int(Int32.min)...Int(Int32.max)

  /// Reads the head of a file.
  ///
  /// - Parameters:
  ///   - start: Where it begins in `source`.
  ///   - byteCount: How long it is.
  ///   - budget: Counts the elements.
  /// - Returns: Nil if the file is no DICOM.
  /// - Throws: ``SeriesError/inputOutput(errno:)``, ``SeriesError/tooManyElements(limit:)``.
  static func read(
    _ source: ByteSource, at start: Int, byteCount: Int, budget: HeadBudget = HeadBudget()
  ) throws(SeriesError) -> ImageHeader? {
    for count in headBytes {
      let bytes = try source.bytes(at: start, count: min(count, byteCount))
      guard isDICOM(bytes) else { return nil }
      let header = ImageHeader(bytes, isWhole: count >= byteCount, budget: budget)
      try budget.requireModest()
      if let header { return header }
    }
    return nil
  }

  /// Whether the first bytes, 132 at least, are those of a DICOM file.
  static func isDICOM(_ bytes: [UInt8]) -> Bool {
    bytes.dropFirst(preambleBytes).starts(with: "DICM".utf8)
  }

  /// Reads the first bytes of a file.
  ///
  /// - Parameter isWhole: Whether nothing follows them.
  /// - Returns: Nil if they break off before the pixels.
  init?(_ bytes: [UInt8], isWhole: Bool, budget: HeadBudget = HeadBudget()) {
    budget.beginHead()
    transferSyntax = ""
    let metaStart = Self.preambleBytes + 4
    var meta = DataSetReader(bytes, from: metaStart, .explicitLittleEndian, budget: budget)
    var dataStart = metaStart
    while let element = meta.next(), element.tag >> 16 == 2 {
      if element.tag == 0x0002_0010 { transferSyntax = Self.text(bytes[element.value]) }
      dataStart = element.value.upperBound
    }
    let encoding: DataSetReader.Encoding =
      switch transferSyntax {
      case TransferSyntax.implicitLittleEndian: .implicitLittleEndian
      case TransferSyntax.explicitBigEndian: .explicitBigEndian
      default: .explicitLittleEndian
      }
    // What is deflated as a whole cannot be read here, and is refused by its transfer syntax.
    guard transferSyntax != TransferSyntax.deflated else { return }
    var reader = DataSetReader(bytes, from: dataStart, encoding, budget: budget)
    while let element = reader.next() {
      take(element, Value(bytes: bytes[element.value], isBigEndian: encoding == .explicitBigEndian))
    }
    guard isWhole || rows > 0 else { return nil }
  }

  /// An image of a CT, not a scout, a report or a screen shot.
  var isImage: Bool {
    (modality == "CT" || sopClass.hasPrefix(Self.computedTomography))
      && rows > 0 && samplesPerPixel == 1 && photometric != "PALETTE COLOR"
      && !imageType.contains("LOCALIZER") && !imageType.contains("SCREEN SAVE")
  }

  private static let computedTomography = "1.2.840.10008.5.1.4.1.1.2"

  private struct Value {
    let bytes: ArraySlice<UInt8>
    let isBigEndian: Bool

    var text: String { ImageHeader.text(bytes) }
    var texts: [String] {
      text.split(separator: "\\", omittingEmptySubsequences: false).map {
        String($0.drop { $0 == " " })
      }
    }

    /// A number of two bytes, or of the four that some write instead.
    var integer: Int {
      guard bytes.count == 2 || bytes.count == 4 else { return 0 }
      return isBigEndian
        ? bytes.reduce(0) { $0 << 8 | Int($1) } : bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
  }

  /// Text without its padding.
  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    let text = bytes.prefix(1024).prefix { $0 != 0 }
    let end = text.lastIndex { $0 != UInt8(ascii: " ") }.map { $0 + 1 } ?? text.startIndex
    return String(decoding: text[text.startIndex..<end], as: UTF8.self)
  }

  private mutating func take(_ element: DataSetReader.Element, _ value: Value) {
    switch element.tag {
    case 0x0008_0008: imageType = value.texts
    case 0x0008_0016: sopClass = value.text
    case 0x0008_0018: sopInstance = value.text
    case 0x0008_0060: modality = value.text
    case 0x0018_0015: bodyPart = value.text.uppercased()
    case 0x0020_000d: study = value.text
    case 0x0020_000e: series = value.text
    case 0x0020_0011: seriesNumber = CheckedNumber.integer(value.text, in: Self.integers)
    case 0x0028_0002: samplesPerPixel = value.integer
    case 0x0028_0004: photometric = value.text
    case 0x0028_0008:
      frames = CheckedNumber.integer(value.text, in: 1...Self.mostFrames) ?? 1
    case 0x0028_0010: rows = value.integer
    case 0x0028_0011: columns = value.integer
    default: plane.take(element.tag, value.text)
    }
  }
}

/// Ways in which pixels are written.
///
/// - Source: DICOM PS3.6, annex A.
enum TransferSyntax {
  static let implicitLittleEndian = "1.2.840.10008.1.2"
  static let explicitLittleEndian = "1.2.840.10008.1.2.1"
  static let explicitBigEndian = "1.2.840.10008.1.2.2"
  static let deflated = "1.2.840.10008.1.2.1.99"

  /// Those that Debian's dcm2niix reads bit for bit: uncompressed, JPEG lossless (57, 70), JPEG 2000 lossless (90) and RLE (5).
  /// Not JPEG-LS, nothing that loses.
  static let readable: Set<String> = [
    implicitLittleEndian, explicitLittleEndian, explicitBigEndian, "1.2.840.10008.1.2.4.57",
    "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.5",
  ]
}
