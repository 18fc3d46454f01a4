/// Reads the directory of a ZIP item by item through a window; names and extra fields are not stored.
///
/// - Source: PKWARE's APPNOTE.TXT 6.3.10, section 4.3.12.
struct ZipDirectory {
  /// What one item says.
  struct Item {
    /// The item's fixed fields: 46 bytes.
    fileprivate let fields: [UInt8]
    /// The name's hash, seeded for each process, so that nobody can choose two names with the same one.
    let nameHash: Int
    /// Whether the name is that of a plain file or folder below the folder that the ZIP is unpacked in.
    let isHarmless: Bool
    /// Whether the name is a folder's.
    let isFolder: Bool
  }

  /// Bytes of the directory that are read at once.
  static let standardWindow = 64 << 10

  private static let signature = 0x0201_4b50
  private static let itemBytes = 46

  private let file: ByteSource
  private let limits: SeriesLimits
  private let windowBytes: Int
  /// Bytes of the directory that were read and not used.
  private var window: [UInt8] = []
  /// The first unused byte of the window.
  private var place = 0
  /// Where in the file the window ends, and where the directory does.
  private var position: Int
  private let end: Int

  /// - Parameters:
  ///   - range: Where in the file the directory lies.
  ///   - windowBytes: Bytes that are read at once; an item that is longer is read whole.
  init(_ file: ByteSource, in range: Range<Int>, limits: SeriesLimits, windowBytes: Int) {
    self.file = file
    self.limits = limits
    self.windowBytes = max(windowBytes, 1)
    position = range.lowerBound
    end = range.upperBound
  }

  /// Whether every byte of the directory was used.
  var isAtEnd: Bool { position == end && place == window.count }

  /// The next item.
  ///
  /// - Throws: ``SeriesError/zipCorrupt(_:)`` if there is none, ``SeriesError/zipDirectoryTooLarge(limit:)`` for a name, extra
  ///   field or comment beyond the limit.
  mutating func next() throws(SeriesError) -> Item {
    try fill(Self.itemBytes)
    guard window.littleEndian32(at: place) == Self.signature else { throw .zipCorrupt(.directory) }
    let lengths = [28, 30, 32].map { window.littleEndian16(at: place + $0) }
    guard lengths.allSatisfy({ $0 <= limits.zipFieldBytes }) else {
      throw .zipDirectoryTooLarge(limit: limits.zipFieldBytes)
    }
    guard lengths[0] > 0 else { throw .zipCorrupt(.directory) }
    let byteCount = Self.itemBytes + lengths.reduce(0, +)
    try fill(byteCount)
    defer { place += byteCount }
    let nameStart = place + Self.itemBytes
    let name = window[nameStart..<(nameStart + lengths[0])]
    let fields = Array(window[place..<nameStart])
    return Item(
      fields: fields, nameHash: Self.hash(of: name),
      isHarmless: Self.isHarmless(name) && Self.isPlain(fields),
      isFolder: name.last == Self.slash)
  }

  /// Makes sure that the window has `count` unused bytes.
  private mutating func fill(_ count: Int) throws(SeriesError) {
    while window.count - place < count {
      window.removeFirst(place)
      place = 0
      let wanted = min(max(windowBytes, count - window.count), end - position)
      guard wanted > 0 else { throw .zipCorrupt(.directory) }
      let piece = try file.bytes(at: position, count: wanted)
      guard !piece.isEmpty else { throw .zipCorrupt(.directory) }
      window += piece
      position += piece.count
    }
  }

  private static func hash(of name: ArraySlice<UInt8>) -> Int {
    var hasher = Hasher()
    name.withUnsafeBytes { hasher.combine(bytes: $0) }
    return hasher.finalize()
  }

  private static let slash = UInt8(ascii: "/")
  private static let backslash = UInt8(ascii: "\\")
  private static let dot = UInt8(ascii: ".")

  /// Not absolute, without a drive or a zero, and without a part `..`.
  private static func isHarmless(_ name: ArraySlice<UInt8>) -> Bool {
    guard let first = name.first, first != slash, first != backslash,
      name.dropFirst().first != UInt8(ascii: ":")
    else { return false }
    // Bytes of the part so far, and whether all of them are dots.
    var (length, isDots) = (0, true)
    for byte in name {
      if byte == 0 { return false }
      if byte == slash || byte == backslash {
        if length == 2, isDots { return false }
        (length, isDots) = (0, true)
      } else {
        length += 1
        isDots = isDots && byte == dot
      }
    }
    return length != 2 || !isDots
  }

  /// Not a link or a device, by the mode that Unix programs write.
  private static func isPlain(_ fields: [UInt8]) -> Bool {
    let isUnix = fields.littleEndian16(at: 4) >> 8 == 3
    // 4 a folder, 8 a file, 0 for programs that say nothing.
    return !isUnix || [0, 4, 8].contains(fields.littleEndian32(at: 38) >> 28)
  }
}

extension ZipDirectory.Item {
  private static let none32 = 0xffff_ffff

  private func number16(_ offset: Int) -> Int { fields.littleEndian16(at: offset) }
  private func number32(_ offset: Int) -> Int { fields.littleEndian32(at: offset) }

  /// The file that the item describes.
  ///
  /// - Throws: ``SeriesError``.
  func entry() throws(SeriesError) -> ZipArchive.Entry {
    let flags = number16(8)
    // Bits 0 and 6: encrypted; 13: the directory, too.
    guard flags & 0x2041 == 0 else { throw .zipUnsupported(.encryption) }
    let method = number16(10)
    guard method == 0 || method == 8 else {
      throw method == 99 ? .zipUnsupported(.encryption) : .zipUnsupported(.compression)
    }
    let compressed = number32(20)
    let bytes = number32(24)
    guard compressed != Self.none32, bytes != Self.none32, number32(42) != Self.none32 else {
      throw .zipUnsupported(.zip64)
    }
    guard method == 8 || compressed == bytes else { throw .zipCorrupt(.content) }
    guard number16(34) == 0 else { throw .zipUnsupported(.split) }
    return ZipArchive.Entry(
      isCompressed: method == 8, checksum: UInt32(truncatingIfNeeded: number32(16)),
      compressedBytes: compressed, bytes: bytes, start: number32(42))
  }
}
