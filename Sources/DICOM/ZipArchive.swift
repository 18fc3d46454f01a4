/// A ZIP whose directory passed the gate; its entries are still in the file.
///
/// Only the central directory counts. Its sizes are bounds for what is inflated, never for what is set aside; names are looked
/// at to refuse dangerous ones, and used for nothing.
///
/// - Source: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3 and 4.4.
struct ZipArchive: Sendable {
  /// A file of the ZIP.
  struct Entry: Sendable, Equatable {
    /// Whether the bytes are DEFLATE, else as they are.
    let isCompressed: Bool
    let checksum: UInt32
    let compressedBytes: Int
    let bytes: Int
    /// Where the entry's own header begins.
    let start: Int
    /// Where its bytes begin.
    fileprivate(set) var dataStart = 0
  }

  /// In the order of the directory, without folders.
  let entries: [Entry]

  private static let endSignature = 0x0605_4b50
  private static let directorySignature = 0x0201_4b50
  private static let localSignature = 0x0403_4b50
  private static let endBytes = 22
  private static let directoryEntryBytes = 46
  private static let localHeaderBytes = 30
  private static let longestComment = 65_535
  private static let none16 = 0xffff
  private static let none32 = 0xffff_ffff

  /// Reads and checks the directory.
  ///
  /// - Throws: ``SeriesError``.
  init(_ file: ByteSource, limits: SeriesLimits) throws(SeriesError) {
    let end = try Self.end(of: file)
    let directory = try file.bytes(at: end.start, count: end.byteCount)
    guard directory.count == end.byteCount else { throw .zipCorrupt(.directory) }
    var names: Set<[UInt8]> = []
    var entries: [Entry] = []
    var place = 0
    for _ in 0..<end.count {
      guard let item = DirectoryItem(directory, at: place) else { throw .zipCorrupt(.directory) }
      place += item.byteCount
      guard names.insert(item.name).inserted, item.isHarmless else { throw .zipCorrupt(.name) }
      if item.name.last == UInt8(ascii: "/") { continue }
      entries.append(try item.entry())
    }
    guard place == directory.count else { throw .zipCorrupt(.directory) }
    guard entries.count <= limits.files else {
      throw .tooManyFiles(limit: limits.files, actual: entries.count)
    }
    try Self.requireModest(entries, file, limits)
    self.entries = try Self.located(entries, in: file, before: end.start)
  }

  /// Where the directory is.
  private static func end(
    of file: ByteSource
  ) throws(SeriesError) -> (start: Int, byteCount: Int, count: Int) {
    let tailStart = max(file.byteCount - endBytes - longestComment, 0)
    let tail = try file.bytes(at: tailStart, count: endBytes + longestComment)
    guard tail.count >= endBytes else { throw .zipCorrupt(.directory) }
    let found = stride(from: tail.count - endBytes, through: 0, by: -1).first { place in
      tail.littleEndian32(at: place) == endSignature
        && place + endBytes + tail.littleEndian16(at: place + 20) == tail.count
    }
    guard let place = found else { throw .zipCorrupt(.directory) }
    let count = tail.littleEndian16(at: place + 10)
    let byteCount = tail.littleEndian32(at: place + 12)
    let start = tail.littleEndian32(at: place + 16)
    guard count != none16, byteCount != none32, start != none32 else {
      throw .zipUnsupported(.zip64)
    }
    guard tail.littleEndian16(at: place + 4) == 0, tail.littleEndian16(at: place + 6) == 0,
      tail.littleEndian16(at: place + 8) == count
    else { throw .zipUnsupported(.split) }
    // Nothing may lie between the directory and its end.
    guard start + byteCount == tailStart + place, count * directoryEntryBytes <= byteCount else {
      throw .zipCorrupt(.directory)
    }
    return (start, byteCount, count)
  }

  /// Refuses before anything is inflated.
  private static func requireModest(
    _ entries: [Entry], _ file: ByteSource, _ limits: SeriesLimits
  ) throws(SeriesError) {
    let inflated = entries.reduce(0) { $0 + $1.bytes }
    guard inflated <= limits.inflatedBytes, inflated / limits.ratio <= file.byteCount else {
      throw .inflatedTooLarge(limit: min(limits.inflatedBytes, limits.ratio * file.byteCount))
    }
  }

  /// Entries with their places, if no two of them share a byte.
  private static func located(
    _ entries: [Entry], in file: ByteSource, before directory: Int
  ) throws(SeriesError) -> [Entry] {
    var located = entries
    for index in located.indices {
      let start = located[index].start
      let header = try file.bytes(at: start, count: localHeaderBytes)
      guard header.count == localHeaderBytes, header.littleEndian32(at: 0) == localSignature else {
        throw .zipCorrupt(.directory)
      }
      located[index].dataStart =
        start + localHeaderBytes + header.littleEndian16(at: 26) + header.littleEndian16(at: 28)
    }
    var free = 0
    for entry in located.sorted(by: { $0.start < $1.start }) {
      guard entry.start >= free else { throw .zipCorrupt(.overlap) }
      free = entry.dataStart + entry.compressedBytes
      guard free <= directory else { throw .zipCorrupt(.overlap) }
    }
    return located
  }

  /// One item of the central directory.
  private struct DirectoryItem {
    let bytes: ArraySlice<UInt8>
    let name: [UInt8]
    /// Length of the item.
    let byteCount: Int
    private let all: [UInt8]
    private let place: Int

    init?(_ directory: [UInt8], at place: Int) {
      guard place + directoryEntryBytes <= directory.count,
        directory.littleEndian32(at: place) == directorySignature
      else { return nil }
      let nameBytes = directory.littleEndian16(at: place + 28)
      byteCount =
        directoryEntryBytes + nameBytes + directory.littleEndian16(at: place + 30)
        + directory.littleEndian16(at: place + 32)
      guard place + byteCount <= directory.count, nameBytes > 0 else { return nil }
      bytes = directory[place..<(place + byteCount)]
      name = Array(
        directory[(place + directoryEntryBytes)..<(place + directoryEntryBytes + nameBytes)])
      all = directory
      self.place = place
    }

    private func number16(_ offset: Int) -> Int { all.littleEndian16(at: place + offset) }
    private func number32(_ offset: Int) -> Int { all.littleEndian32(at: place + offset) }

    /// A plain file or folder below the folder that the ZIP is unpacked in.
    var isHarmless: Bool {
      let separators: Set<UInt8> = [UInt8(ascii: "/"), UInt8(ascii: "\\")]
      let parts = name.split(whereSeparator: separators.contains)
      let isUnix = number16(4) >> 8 == 3
      let kind = number32(38) >> 28
      // 4 a folder, 8 a file, 0 for who says nothing.
      return !separators.contains(name[0]) && !name.contains(0) && name.dropFirst().first != 0x3a
        && !parts.contains { $0.elementsEqual("..".utf8) } && (!isUnix || [0, 4, 8].contains(kind))
    }

    func entry() throws(SeriesError) -> Entry {
      let flags = number16(8)
      // Bits 0 and 6: encrypted; 13: the directory, too.
      guard flags & 0x2041 == 0 else { throw .zipUnsupported(.encryption) }
      let method = number16(10)
      guard method == 0 || method == 8 else {
        throw method == 99 ? .zipUnsupported(.encryption) : .zipUnsupported(.compression)
      }
      let compressed = number32(20)
      let bytes = number32(24)
      guard compressed != none32, bytes != none32, number32(42) != none32 else {
        throw .zipUnsupported(.zip64)
      }
      guard method == 8 || compressed == bytes else { throw .zipCorrupt(.content) }
      guard number16(34) == 0 else { throw .zipUnsupported(.split) }
      return Entry(
        isCompressed: method == 8, checksum: UInt32(truncatingIfNeeded: number32(16)),
        compressedBytes: compressed, bytes: bytes, start: number32(42))
    }
  }
}
