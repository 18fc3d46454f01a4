/// The start and the encoding of a file's elements, found from the bytes and not from the header.
///
/// Real files may lack the preamble, `DICM` or group 2, or have a wrong transfer syntax.
struct FileStart: Equatable {
  /// Offset of the first element in bytes.
  let place: Int
  let encoding: DataSetReader.Encoding

  private static let preambleBytes = 128
  private static let magic = Array("DICM".utf8)
  /// Possible groups of the first element: 2, or 8 if the file has no group 2.
  private static let firstGroups = [2, 8]
  /// Accepted lengths of the first element's value in implicit encoding. There, no value representation shows that
  /// the file is DICOM.
  private static let firstLengths = 1...1024

  /// Number of bytes that ``init(_:)`` reads.
  static let headBytes = preambleBytes + 16

  /// Finds the start of the elements.
  ///
  /// - Parameter bytes: The first ``headBytes`` bytes of a file, or all bytes of a shorter file.
  /// - Returns: nil if the file does not start like DICOM.
  init?(_ bytes: [UInt8]) {
    let behindPreamble = Self.preambleBytes + Self.magic.count
    if Self.isMagic(bytes, at: Self.preambleBytes) {
      self.init(
        place: behindPreamble,
        encoding: Self.encoding(of: bytes, at: behindPreamble) ?? .explicitLittleEndian)
      return
    }
    guard bytes.count > behindPreamble else { return nil }
    // The file may lack the preamble, `DICM`, or both.
    let places = Self.isMagic(bytes, at: 0) ? [Self.magic.count] : [0, Self.preambleBytes]
    for place in places {
      let group = Self.group(bytes, at: place)
      if let encoding = Self.encoding(of: bytes, at: place), Self.isFirst(group, encoding) {
        self.init(place: place, encoding: encoding)
        return
      }
    }
    return nil
  }

  private init(place: Int, encoding: DataSetReader.Encoding) {
    (self.place, self.encoding) = (place, encoding)
  }

  private static func isMagic(_ bytes: [UInt8], at place: Int) -> Bool {
    bytes.dropFirst(place).starts(with: magic)
  }

  private static func isFirst(_ group: Int, _ encoding: DataSetReader.Encoding) -> Bool {
    firstGroups.contains(encoding == .explicitBigEndian ? swapped(group) : group)
  }

  private static func group(_ bytes: [UInt8], at place: Int) -> Int {
    bytes.littleEndian16(at: place)
  }

  private static func swapped(_ number: Int) -> Int { (number & 0xff) << 8 | number >> 8 }

  /// Determines the encoding of the element at an offset.
  ///
  /// - Returns: nil if the bytes at the offset do not look like an element.
  static func encoding(of bytes: [UInt8], at place: Int) -> DataSetReader.Encoding? {
    guard bytes.count - place >= 8 else { return nil }
    let group = group(bytes, at: place)
    if representations.contains(Array(bytes[(place + 4)..<(place + 6)])) {
      return group <= swapped(group) ? .explicitLittleEndian : .explicitBigEndian
    }
    guard firstGroups.contains(group), bytes[place + 3] == 0,
      firstLengths.contains(bytes.littleEndian32(at: place + 4))
    else { return nil }
    return .implicitLittleEndian
  }

  private static let representations = Set(
    [
      "AE", "AS", "AT", "CS", "DA", "DS", "DT", "FL", "FD", "IS", "LO", "LT", "OB", "OD", "OF",
      "OL", "OV", "OW", "PN", "SH", "SL", "SQ", "SS", "ST", "SV", "TM", "UC", "UI", "UL", "UN",
      "UR", "US", "UT", "UV",
    ].map { Array($0.utf8) })
}
