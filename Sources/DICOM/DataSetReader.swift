/// Walks over the elements of a DICOM file, without ever reading beyond what is there.
///
/// - Source: DICOM PS3.5, chapter 7, and PS3.10, chapter 7.
struct DataSetReader {
  /// Group and element number, such as `0x0020_000d`.
  typealias Tag = UInt32

  /// How the elements after the file's own header are written.
  enum Encoding: Equatable {
    case implicitLittleEndian
    case explicitLittleEndian
    case explicitBigEndian
  }

  /// An element whose value is there.
  struct Element {
    let tag: Tag
    let value: Range<Int>
  }

  private enum Stop: Error { case end, malformed }

  /// Pixel data, behind which nothing is wanted.
  static let pixelData: Tag = 0x7fe0_0010

  private static let item: Tag = 0xfffe_e000
  private static let itemEnd: Tag = 0xfffe_e00d
  private static let sequenceEnd: Tag = 0xfffe_e0dd
  private static let undefined = 0xffff_ffff
  private static let deepest = 16
  /// Value representations whose length has four bytes.
  private static let long: Set<[UInt8]> = Set(
    ["OB", "OW", "OF", "OD", "OL", "OV", "SQ", "UC", "UR", "UT", "UN", "SV", "UV"]
      .map { Array($0.utf8) })
  private static let unknown = Array("UN".utf8)

  let bytes: [UInt8]
  private(set) var place: Int
  private let encoding: Encoding

  init(_ bytes: [UInt8], from place: Int, _ encoding: Encoding) {
    self.bytes = bytes
    self.place = place
    self.encoding = encoding
  }

  /// The next element of the top level; sequences are passed over.
  ///
  /// - Returns: Nil at the end, at pixel data, and at what is no DICOM.
  mutating func next() -> Element? {
    do throws(Stop) {
      while true {
        let (tag, length, isNested) = try header(encoding)
        guard tag != Self.pixelData else { return nil }
        guard length != Self.undefined else {
          try skipSequence(isNested ? .implicitLittleEndian : encoding, depth: 0)
          continue
        }
        guard length <= bytes.count - place else { return nil }
        defer { place += length }
        return Element(tag: tag, value: place..<(place + length))
      }
    } catch {
      return nil
    }
  }

  /// Tag and length of an element, and whether its items are implicit whatever the rest is.
  private mutating func header(
    _ encoding: Encoding
  ) throws(Stop) -> (tag: Tag, length: Int, isUnknown: Bool) {
    let group = try number(2, encoding)
    let element = try number(2, encoding)
    let tag = Tag(group) << 16 | Tag(element)
    // Items have neither a representation nor a short length.
    guard encoding != .implicitLittleEndian, group != 0xfffe else {
      return (tag, try number(4, encoding), false)
    }
    guard place + 2 <= bytes.count else { throw .end }
    let representation = Array(bytes[place..<(place + 2)])
    guard representation.allSatisfy({ (0x41...0x5a).contains($0) }) else { throw .malformed }
    place += 2
    guard Self.long.contains(representation) else { return (tag, try number(2, encoding), false) }
    place += 2
    return (tag, try number(4, encoding), representation == Self.unknown)
  }

  /// Passes over the items of a sequence, and of pixel data in pieces, up to the end that closes it.
  private mutating func skipSequence(_ encoding: Encoding, depth: Int) throws(Stop) {
    guard depth < Self.deepest else { throw .malformed }
    while true {
      let (tag, length, _) = try header(encoding)
      if tag == Self.sequenceEnd { return }
      guard tag == Self.item else { throw .malformed }
      guard length == Self.undefined else {
        try skip(length)
        continue
      }
      try skipItem(encoding, depth: depth)
    }
  }

  private mutating func skipItem(_ encoding: Encoding, depth: Int) throws(Stop) {
    while true {
      let (tag, length, isUnknown) = try header(encoding)
      if tag == Self.itemEnd { return }
      if length == Self.undefined {
        try skipSequence(isUnknown ? .implicitLittleEndian : encoding, depth: depth + 1)
      } else {
        try skip(length)
      }
    }
  }

  private mutating func skip(_ length: Int) throws(Stop) {
    guard length <= bytes.count - place else { throw .end }
    place += length
  }

  private mutating func number(_ count: Int, _ encoding: Encoding) throws(Stop) -> Int {
    guard place + count <= bytes.count else { throw .end }
    defer { place += count }
    let own = bytes[place..<(place + count)]
    return encoding == .explicitBigEndian
      ? own.reduce(0) { $0 << 8 | Int($1) } : own.reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
