/// Iterates over the elements of a DICOM file. It never reads beyond the end of the bytes.
///
/// - Source: DICOM PS3.5, chapter 7; PS3.10, chapter 7.
struct DataSetReader {
  /// The group and element number of an element, such as `0x0020_000d`.
  typealias Tag = UInt32

  /// The encoding of the elements after the file meta information.
  enum Encoding: Equatable {
    case implicitLittleEndian
    case explicitLittleEndian
    case explicitBigEndian
  }

  /// An element and the byte range of its value.
  struct Element {
    let tag: Tag
    let value: Range<Int>
    /// The encoding of the items of a sequence.
    let inner: Encoding
  }

  /// The start and length of the pixel data. Pixel data without a length are a sequence of fragments.
  struct PixelElement: Sendable, Equatable {
    let start: Int
    let byteCount: Int?
  }

  private enum Stop: Error { case end, malformed }

  /// The tag of the pixel data. Reading ends there.
  static let pixelData: Tag = 0x7fe0_0010
  static let item: Tag = 0xfffe_e000
  static let itemEnd: Tag = 0xfffe_e00d
  static let sequenceEnd: Tag = 0xfffe_e0dd
  static let undefined = 0xffff_ffff

  private static let deepest = 16
  /// Value representations with a 4-byte length. Each number consists of the two letters of one representation.
  private static let long: Set<UInt16> = Set(
    ["OB", "OW", "OF", "OD", "OL", "OV", "SQ", "UC", "UR", "UT", "UN", "SV", "UV"].map(letters))
  private static let unknown = letters("UN")
  /// The range of the first letters in `long`. A representation with another first letter is not in the set.
  private static let longFirst = (UInt8(ascii: "O")...UInt8(ascii: "U"))

  private static func letters(_ text: String) -> UInt16 {
    text.utf8.reduce(0) { $0 << 8 | UInt16($1) }
  }

  let bytes: [UInt8]
  private(set) var place: Int
  /// The position of the pixel data; nil until the reader has reached them.
  private(set) var pixels: PixelElement?
  /// True if the last element ended exactly at the end of the bytes.
  private(set) var isAtEnd = false
  private let encoding: Encoding
  private let budget: HeadBudget

  /// Makes a reader that starts at an offset.
  ///
  /// - Parameter budget: Counts every element, including the elements of sequences that are skipped. Reading ends
  ///   when the budget is used up.
  init(
    _ bytes: [UInt8], from place: Int, _ encoding: Encoding, budget: HeadBudget = HeadBudget()
  ) {
    self.bytes = bytes
    self.place = place
    self.encoding = encoding
    self.budget = budget
  }

  /// Reads the next element of the top level. A sequence counts as one element.
  ///
  /// - Returns: nil at the end, at the pixel data, and at bytes that are not DICOM.
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

  /// Reads the tag and length of an element.
  ///
  /// `isUnknown` is true for the value representation `UN`. The items of such a sequence always have implicit
  /// encoding.
  private mutating func header(
    _ encoding: Encoding
  ) throws(Stop) -> (tag: Tag, length: Int, isUnknown: Bool) {
    guard budget.take() else { throw .end }
    let group = try number(2, encoding)
    let element = try number(2, encoding)
    let tag = Tag(group) << 16 | Tag(element)
    // Items have no value representation, and their length always has 4 bytes.
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

  /// Skips the items of a sequence or the fragments of pixel data, including the delimiter at the end.
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
