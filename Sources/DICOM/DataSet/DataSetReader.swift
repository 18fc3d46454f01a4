/// Iterates over the elements of a DICOM file and never reads beyond its end.
///
/// - Source: DICOM PS3.5, chapter 7, and PS3.10, chapter 7.
struct DataSetReader {
  /// Group and element number, such as `0x0020_000d`.
  typealias Tag = UInt32

  /// The encoding of the elements after the file's own header.
  enum Encoding: Equatable {
    case implicitLittleEndian
    case explicitLittleEndian
    case explicitBigEndian
  }

  /// An element with its value.
  struct Element {
    let tag: Tag
    let value: Range<Int>
    /// The encoding of the items, if the element is a sequence.
    let inner: Encoding
  }

  /// The start and length of the pixel data. Without a length, they are a sequence of fragments.
  struct PixelElement: Sendable, Equatable {
    let start: Int
    let byteCount: Int?
  }

  private enum Stop: Error { case end, malformed }

  /// The pixel data, where reading ends.
  static let pixelData: Tag = 0x7fe0_0010
  static let item: Tag = 0xfffe_e000
  static let itemEnd: Tag = 0xfffe_e00d
  static let sequenceEnd: Tag = 0xfffe_e0dd
  static let undefined = 0xffff_ffff

  private static let deepest = 16
  /// Value representations whose length takes four bytes; each is its two letters as one number.
  private static let long: Set<UInt16> = Set(
    ["OB", "OW", "OF", "OD", "OL", "OV", "SQ", "UC", "UR", "UT", "UN", "SV", "UV"].map(letters))
  private static let unknown = letters("UN")
  /// First letters of the representations in `long`; other letters need no lookup.
  private static let longFirst = (UInt8(ascii: "O")...UInt8(ascii: "U"))

  private static func letters(_ text: String) -> UInt16 {
    text.utf8.reduce(0) { $0 << 8 | UInt16($1) }
  }

  let bytes: [UInt8]
  private(set) var place: Int
  /// Set when the pixel data are reached.
  private(set) var pixels: PixelElement?
  /// True if reading ended directly after an element, with no bytes left.
  private(set) var isAtEnd = false
  private let encoding: Encoding
  private let budget: HeadBudget

  /// - Parameter budget: Counts every element, including those of skipped sequences. When the
  ///   budget is used up, reading ends.
  init(
    _ bytes: [UInt8], from place: Int, _ encoding: Encoding, budget: HeadBudget = HeadBudget()
  ) {
    self.bytes = bytes
    self.place = place
    self.encoding = encoding
    self.budget = budget
  }

  /// Reads the next element of the top level. A sequence is one element.
  ///
  /// - Returns: Nil at the end, at pixel data, and at bytes that are not DICOM.
  mutating func next() -> Element? {
    guard place < bytes.count else {
      isAtEnd = true
      return nil
    }
    do throws(Stop) {
      let (tag, length, isUnknown) = try header(encoding)
      guard tag != Self.pixelData else {
        pixels = PixelElement(start: place, byteCount: length == Self.undefined ? nil : length)
        return nil
      }
      let inner = isUnknown ? .implicitLittleEndian : encoding
      let start = place
      if length == Self.undefined {
        try skipSequence(inner, depth: 0)
      } else {
        try skip(length)
      }
      return Element(tag: tag, value: start..<place, inner: inner)
    } catch {
      return nil
    }
  }

  /// Reads an element's tag and length.
  ///
  /// `isUnknown` is true for the representation `UN`, whose items are always implicit.
  private mutating func header(
    _ encoding: Encoding
  ) throws(Stop) -> (tag: Tag, length: Int, isUnknown: Bool) {
    guard budget.take() else { throw .end }
    let group = try number(2, encoding)
    let element = try number(2, encoding)
    let tag = Tag(group) << 16 | Tag(element)
    // Items have neither a representation nor a short length.
    guard encoding != .implicitLittleEndian, group != 0xfffe else {
      return (tag, try number(4, encoding), false)
    }
    guard bytes.count - place >= 2 else { throw .end }
    let (first, second) = (bytes[place], bytes[place + 1])
    let capitals = UInt8(ascii: "A")...UInt8(ascii: "Z")
    guard capitals.contains(first), capitals.contains(second) else { throw .malformed }
    let representation = UInt16(first) << 8 | UInt16(second)
    place += 2
    guard Self.longFirst.contains(first), Self.long.contains(representation) else {
      return (tag, try number(2, encoding), false)
    }
    place += 2
    return (tag, try number(4, encoding), representation == Self.unknown)
  }

  /// Skips the items of a sequence, or the fragments of pixel data, up to the end mark.
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
    guard bytes.count - place >= count else { throw .end }
    var number = 0
    for index in 0..<count {
      let shift = encoding == .explicitBigEndian ? count - 1 - index : index
      number |= Int(bytes[place + index]) << (8 * shift)
    }
    place += count
    return number
  }
}
