/// A ZIP whose directory passed the gate; its entries are still in the file.
///
/// Only the central directory counts; ``ZipDirectory`` reads it. Its sizes are bounds for what is inflated, never for what is set
/// aside; names are looked at to refuse dangerous ones, and used for nothing.
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
  private static let localSignature = 0x0403_4b50
  private static let endBytes = 22
  private static let directoryEntryBytes = 46
  private static let localHeaderBytes = 30
  private static let longestComment = 65_535
  private static let none16 = 0xffff
  private static let none32 = 0xffff_ffff

  /// Reads and checks the directory, piece by piece.
  ///
  /// - Parameter windowBytes: Bytes of the directory that are read at once.
  /// - Throws: ``SeriesError``.
  init(
    _ file: ByteSource, limits: SeriesLimits, windowBytes: Int = ZipDirectory.standardWindow
  ) throws(SeriesError) {
    let end = try Self.end(of: file)
    try Self.requireModest(end, limits)
    var directory = ZipDirectory(
      file, in: end.start..<(end.start + end.byteCount), limits: limits, windowBytes: windowBytes)
    var names: Set<Int> = []
    var entries: [Entry] = []
    for _ in 0..<end.count {
      let item = try directory.next()
      guard names.insert(item.nameHash).inserted, item.isHarmless else { throw .zipCorrupt(.name) }
      if item.isFolder { continue }
      entries.append(try item.entry())
    }
    guard directory.isAtEnd else { throw .zipCorrupt(.directory) }
    guard entries.count <= limits.files else {
      throw .tooManyFiles(limit: limits.files, actual: entries.count)
    }
    try Self.requireModest(entries, file, limits)
    self.entries = try Self.located(entries, in: file, before: end.start)
  }

  /// Refuses by what the end says, before the directory is read.
  private static func requireModest(
    _ end: (start: Int, byteCount: Int, count: Int), _ limits: SeriesLimits
  ) throws(SeriesError) {
    // Folders have items, too; there are never more of them than files that could lie in them.
    guard end.count / 2 <= limits.files else {
      throw .tooManyFiles(limit: limits.files, actual: end.count)
    }
    guard end.byteCount <= limits.directoryBytes else {
      throw .zipDirectoryTooLarge(limit: limits.directoryBytes)
    }
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
}
