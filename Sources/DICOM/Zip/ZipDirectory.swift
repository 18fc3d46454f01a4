import Files

/// Reads the directory of a ZIP item by item through a window. Names are not stored.
///
/// - Source: PKWARE's APPNOTE.TXT 6.3.10, section 4.3.12.
struct ZipDirectory {
  /// One item of the directory.
  struct Item {
    /// The fixed fields of the item: 46 bytes.
    fileprivate let fields: [UInt8]
    /// The extra fields of the item.
    fileprivate let extra: [UInt8]
    /// True if the item is an ordinary file or folder, and its name does not lead out of the folder.
    let isHarmless: Bool
    /// True if the item is a folder.
    let isFolder: Bool
  }

  /// Number of bytes of the directory that are read at a time.
  static let defaultWindow = 64 << 10

  private static let signature = 0x0201_4b50
  /// Length in bytes of an item without its name, extra fields and comment.
  static let itemBytes = 46

  private let file: FileRegion
  private let limits: SeriesLimits
  private let windowBytes: Int
  /// The bytes of the directory that were read last. Bytes that were already used are at the start.
  private var window: [UInt8] = []
  /// The index of the first unused byte in the window.
  private var place = 0
  /// The offset in the file at which the window ends.
  private var position: Int
  /// The offset in the file at which the directory ends.
  private let end: Int

  /// Makes a reader of a directory.
  ///
  /// - Parameters:
  ///   - range: The byte range of the directory in the file.
  ///   - windowBytes: Number of bytes that are read at a time. A longer item is read as a whole.
  init(_ file: FileRegion, in range: Range<Int>, limits: SeriesLimits, windowBytes: Int) {
    self.file = file
    self.limits = limits
    self.windowBytes = max(windowBytes, 1)
    position = range.lowerBound
    end = range.upperBound
  }

  /// True if all bytes of the directory were used.
  var isAtEnd: Bool { position == end && place == window.count }

  /// Reads the next item.
  ///
  /// - Throws: ``SeriesError/zipCorrupt(_:)`` if the item is missing, or ``SeriesError/zipDirectoryTooLarge(limit:)``
  ///   if a name, extra field or comment exceeds the limit.
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

  /// Reads more bytes until the window has at least `count` unused bytes.
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

  /// True if the name is relative and contains no drive letter, no zero byte and no part `..`.
  private static func isHarmless(_ name: ArraySlice<UInt8>) -> Bool {
    guard let first = name.first, first != slash, first != backslash,
      name.dropFirst().first != UInt8(ascii: ":")
    else { return false }
    // The length of the current part of the path, and whether it consists only of dots.
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

  /// True if the file is neither a link nor a device. The Unix file mode, which some programs write, shows this.
  private static func isPlain(_ fields: [UInt8]) -> Bool {
    let isUnix = fields.littleEndian16(at: 4) >> 8 == 3
    // 4 is a folder and 8 is a file. 0 means that the program did not write the file type.
    return !isUnix || [0, 4, 8].contains(fields.littleEndian32(at: 38) >> 28)
  }
}

extension ZipDirectory.Item {
  /// Maximum length and offset of an entry. It is far above all other limits, and sums of such numbers cannot
  /// overflow.
  private static let longestEntry = 1 << 48
  /// The identifier of the extra field with 64-bit sizes.
  private static let zip64 = 1
  private static let none16 = 0xffff
  private static let none32 = 0xffff_ffff

  private func number16(_ offset: Int) -> Int { fields.littleEndian16(at: offset) }
  private func number32(_ offset: Int) -> Int { fields.littleEndian32(at: offset) }

  /// Returns the file that this item describes.
  ///
  /// - Throws: ``SeriesError``.
  func entry() throws(SeriesError) -> ZipArchive.Entry {
    let flags = number16(8)
    // Bits 0 and 6 mean that the data are encrypted. Bit 13 means that the directory is encrypted.
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

  /// Reads a length or an offset from a fixed field. If the fixed field refers to the ZIP64 field, the value is in
  /// the next eight bytes of the ZIP64 field.
  private func number(at offset: Int, _ long: inout [UInt8]?) throws(SeriesError) -> Int {
    let short = number32(offset)
    guard short == Self.none32, let bytes = long else { return short }
    long = Array(bytes.dropFirst(8))
    return try bytes.littleEndian64(at: 0, atMost: Self.longestEntry)
  }

  /// Returns the content of the ZIP64 field; nil if there is none.
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
