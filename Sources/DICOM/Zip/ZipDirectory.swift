import Files

/// Reads the directory of a ZIP item by item through a window; names are not stored.
///
/// - Source: PKWARE's APPNOTE.TXT 6.3.10, section 4.3.12.
struct ZipDirectory {
  /// One item of the directory.
  struct Item {
    /// The item's fixed fields: 46 bytes.
    fileprivate let fields: [UInt8]
    /// The item's extra fields.
    fileprivate let extra: [UInt8]
    /// Whether the name is that of a plain file or folder inside the unpacking folder.
    let isHarmless: Bool
    /// Whether the name is a folder's.
    let isFolder: Bool
  }

  /// Bytes of the directory that are read at once.
  static let defaultWindow = 64 << 10

  private static let signature = 0x0201_4b50
  /// Bytes of an item without name, extra fields and comment.
  static let itemBytes = 46

  private let file: FileRegion
  private let limits: SeriesLimits
  private let windowBytes: Int
  /// Bytes of the directory that are read but not used.
  private var window: [UInt8] = []
  /// The first unused byte of the window.
  private var place = 0
  /// End of the window in the file, and end of the directory.
  private var position: Int
  private let end: Int

  /// - Parameters: - range: The byte range of the directory in the file. - windowBytes: Bytes that
  ///   are read at once; a longer item is read completely.
  init(_ file: FileRegion, in range: Range<Int>, limits: SeriesLimits, windowBytes: Int) {
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
  /// - Throws: ``SeriesError/zipCorrupt(_:)`` if it is missing,
  ///   ``SeriesError/zipDirectoryTooLarge(limit:)`` for a name, extra field or comment beyond the
  ///   limit.
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
    let extraStart = nameStart + lengths[0]
    return Item(
      fields: fields, extra: Array(window[extraStart..<(extraStart + lengths[1])]),
      isHarmless: Self.isHarmless(name) && Self.isPlain(fields),
      isFolder: name.last == Self.slash || name.last == Self.backslash)
  }

  /// Fills the window to `count` unused bytes.
  private mutating func fill(_ count: Int) throws(SeriesError) {
    while window.count - place < count {
      window.removeFirst(place)
      place = 0
      let wanted = min(max(windowBytes, count - window.count), end - position)
      guard wanted > 0 else { throw .zipCorrupt(.directory) }
      let piece = try file.piece(at: position, count: wanted)
      guard !piece.isEmpty else { throw .zipCorrupt(.directory) }
      window += piece
      position += piece.count
    }
  }

  private static let slash = UInt8(ascii: "/")
  private static let backslash = UInt8(ascii: "\\")
  private static let dot = UInt8(ascii: ".")

  /// Whether the name is relative, without a drive, a zero byte and a part `..`.
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

  /// Whether the file is neither a link nor a device, by the mode that Unix programs write.
  private static func isPlain(_ fields: [UInt8]) -> Bool {
    let isUnix = fields.littleEndian16(at: 4) >> 8 == 3
    // 4 is a folder, 8 a file, and 0 means that the program did not state it.
    return !isUnix || [0, 4, 8].contains(fields.littleEndian32(at: 38) >> 28)
  }
}

extension ZipDirectory.Item {
  /// Most bytes of an entry and largest place, far above any limit, so that their sums cannot
  /// overflow.
  private static let longestEntry = 1 << 48
  /// The number of the field with 64-bit sizes.
  private static let zip64 = 1
  private static let none16 = 0xffff
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
    var long = longNumbers()
    let bytes = try number(at: 24, &long)
    let compressed = try number(at: 20, &long)
    let start = try number(at: 42, &long)
    guard method == 8 || compressed == bytes else { throw .zipCorrupt(.content) }
    guard [0, Self.none16].contains(number16(34)) else { throw .zipUnsupported(.split) }
    return ZipArchive.Entry(
      isCompressed: method == 8, checksum: UInt32(truncatingIfNeeded: number32(16)),
      compressedBytes: compressed, bytes: bytes, start: start)
  }

  /// A length or place: from the field, or from the next eight bytes of the ZIP64 field if the
  /// field refers to it.
  private func number(at offset: Int, _ long: inout [UInt8]?) throws(SeriesError) -> Int {
    let short = number32(offset)
    guard short == Self.none32, let bytes = long else { return short }
    long = Array(bytes.dropFirst(8))
    return try bytes.littleEndian64(at: 0, atMost: Self.longestEntry)
  }

  /// The content of the ZIP64 field; nil without one.
  private func longNumbers() -> [UInt8]? {
    var place = 0
    while place + 4 <= extra.count {
      let length = extra.littleEndian16(at: place + 2)
      if extra.littleEndian16(at: place) == Self.zip64 {
        return Array(extra[(place + 4)..<min(place + 4 + length, extra.count)])
      }
      place += 4 + length
    }
    return nil
  }
}
