/// Transfer syntaxes. Each one specifies the encoding of elements and pixels.
///
/// - Source: DICOM PS3.5, annex A; PS3.6, annex A.
enum TransferSyntax {
  static let implicitLittleEndian = "1.2.840.10008.1.2"
  static let explicitLittleEndian = "1.2.840.10008.1.2.1"
  static let explicitBigEndian = "1.2.840.10008.1.2.2"
  static let deflated = "1.2.840.10008.1.2.1.99"
  static let runLength = "1.2.840.10008.1.2.5"
  static let losslessJPEG: Set<String> = ["1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70"]
  static let losslessJPEG2000 = "1.2.840.10008.1.2.4.90"
  static let native: Set<String> = [implicitLittleEndian, explicitLittleEndian, explicitBigEndian]

  /// Transfer syntaxes that can be decoded without loss: uncompressed, JPEG lossless (57 and 70), JPEG 2000 lossless
  /// (90) and RLE (5). Debian's dcm2niix decodes the last two. JPEG-LS and lossy transfer syntaxes are not supported.
  static let readable = native.union(losslessJPEG).union([losslessJPEG2000, runLength])

  /// Transfer syntaxes that are replaced by the encoding found in the elements. They are the uncompressed ones, a
  /// missing one, and the deflated one if the elements turn out not to be deflated.
  static let uncompressed = native.union(["", deflated])

  private static let jpegLS: Set<String> = ["1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"]
  private static let lossyJPEG: Set<String> = ["1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"]
  private static let otherJPEG2000: Set<String> = [
    "1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.4.92", "1.2.840.10008.1.2.4.93",
  ]
  private static let highThroughput: Set<String> = [
    "1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202", "1.2.840.10008.1.2.4.203",
  ]

  /// Returns the uncompressed transfer syntax for an encoding of elements.
  static func native(_ encoding: DataSetReader.Encoding) -> String {
    switch encoding {
    case .implicitLittleEndian: implicitLittleEndian
    case .explicitLittleEndian: explicitLittleEndian
    case .explicitBigEndian: explicitBigEndian
    }
  }

  /// Returns the encoding of elements that a transfer syntax specifies.
  static func encoding(_ transferSyntax: String) -> DataSetReader.Encoding {
    switch transferSyntax {
    case explicitBigEndian: .explicitBigEndian
    case implicitLittleEndian, "": .implicitLittleEndian
    default: .explicitLittleEndian
    }
  }

  /// Returns the reason why a transfer syntax is not supported.
  static func refusal(_ transferSyntax: String) -> SeriesError.PixelEncoding {
    if transferSyntax == deflated { return .deflated }
    if jpegLS.contains(transferSyntax) { return .jpegLS }
    if lossyJPEG.contains(transferSyntax) { return .lossyJPEG }
    if otherJPEG2000.contains(transferSyntax) { return .lossyJPEG2000 }
    if highThroughput.contains(transferSyntax) { return .highThroughputJPEG2000 }
    return .unknown
  }

  /// Returns the transfer syntax that the first bytes of a compressed image show; nil if it is unknown.
  ///
  /// - Parameter declared: The transfer syntax in the header. It is returned if the bytes show the same family of
  ///   syntaxes.
  static func shown(_ bytes: [UInt8], declared: String) -> String? {
    if bytes.starts(with: [0xff, 0x4f, 0xff, 0x51]) {
      let isFamily =
        declared == losslessJPEG2000 || otherJPEG2000.contains(declared)
        || highThroughput.contains(declared)
      return isFamily ? declared : losslessJPEG2000
    }
    if bytes.starts(with: [0xff, 0xd8]) { return shownJPEG(bytes, declared: declared) }
    return RunLengthFrame.isStart(bytes) ? runLength : nil
  }

  /// Returns the transfer syntax that the frame header of a JPEG shows.
  private static func shownJPEG(_ bytes: [UInt8], declared: String) -> String? {
    func number(_ place: Int) -> Int { Int(bytes[place]) << 8 | Int(bytes[place + 1]) }
    var place = 2
    while place + 4 <= bytes.count, bytes[place] == 0xff {
      switch bytes[place + 1] {
      case 0xff:
        place += 1
        continue
      case 0xc3: return losslessJPEG.contains(declared) ? declared : "1.2.840.10008.1.2.4.70"
      case 0xf7: return jpegLS.contains(declared) ? declared : "1.2.840.10008.1.2.4.80"
      case 0xc0, 0xc1, 0xc2:
        return lossyJPEG.contains(declared) ? declared : "1.2.840.10008.1.2.4.51"
      default: place += 2 + max(number(place + 2), 2)
      }
    }
    return nil
  }
}
