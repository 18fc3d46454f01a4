import Files

/// The entries of a ZIP whose directory has been checked. Their data are still in the file.
///
/// Only the central directory is used; ``ZipDirectory`` reads it. The sizes in the directory limit
/// how much is inflated. They never determine how much memory is allocated. A dangerous name is
/// refused. Other names are ignored: entries are identified by their byte ranges.
///
/// - Source: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3 and 4.4.
struct ZipArchive: Sendable {
  /// A file of the ZIP.
  struct Entry: Sendable, Equatable {
    /// True if the data are compressed by DEFLATE; otherwise they are uncompressed.
    let isCompressed: Bool
    let checksum: UInt32
    let compressedBytes: Int
    let bytes: Int
    /// The start of the entry's own header.
    let start: Int
    /// The start of the entry's data.
    fileprivate(set) var dataStart = 0
  }

  /// The entries in the directory's order, without folders.
  let entries: [Entry]

  private static let localSignature = 0x0403_4b50
  private static let localHeaderBytes = 30

  /// Reads and checks the directory, piece by piece.
  ///
  /// - Parameter windowBytes: Number of bytes of the directory that are read at once.
  /// - Throws: ``SeriesError``.
  init(
    _ file: FileRegion, limits: SeriesLimits, windowBytes: Int = ZipDirectory.defaultWindow
  ) throws(SeriesError) {
    let end = try ZipEnd(of: file)
    try Self.requireModest(end, limits)
    var directory = ZipDirectory(
      file, in: end.start..<(end.start + end.byteCount), limits: limits, windowBytes: windowBytes)
    var entries: [Entry] = []
    for _ in 0..<end.count {
      let item = try directory.next()
      guard item.isHarmless else { throw .zipCorrupt(.name) }
      if item.isFolder { continue }
      entries.append(try item.entry())
    }
    guard directory.isAtEnd else { throw .zipCorrupt(.directory) }
    guard entries.count <= limits.files else {
      throw .tooManyFiles(limit: limits.files, actual: entries.count)
    }
    try Self.requireModest(entries, end.contentBytes, limits)
    self.entries = try Self.located(entries, in: file, before: end.start)
  }

  /// Checks the limits by the end record, before the directory is read.
  private static func requireModest(
    _ end: ZipEnd, _ limits: SeriesLimits
  ) throws(SeriesError) {
    // Folders have items, too. There may be as many folders as files.
    guard end.count / 2 <= limits.files else {
      throw .tooManyFiles(limit: limits.files, actual: end.count)
    }
    guard end.byteCount <= limits.directoryBytes else {
      throw .zipDirectoryTooLarge(limit: limits.directoryBytes)
    }
  }

  /// Checks the inflated size before anything is inflated.
  private static func requireModest(
    _ entries: [Entry], _ contentBytes: Int, _ limits: SeriesLimits
  ) throws(SeriesError) {
    // No entry declares more than ``ZipDirectory/Item/longestEntry``, so the sum cannot overflow.
    let inflated = entries.reduce(0) { $0 + $1.bytes }
    guard inflated <= limits.inflatedBytes, inflated / limits.ratio <= contentBytes else {
      throw .inflatedTooLarge(limit: min(limits.inflatedBytes, limits.ratio * contentBytes))
    }
  }

  /// Returns the entries with the starts of their data. Throws if the byte ranges of entries overlap.
  private static func located(
    _ entries: [Entry], in file: FileRegion, before directory: Int
  ) throws(SeriesError) -> [Entry] {
    var located = entries
    for index in located.indices {
      let start = located[index].start
      let header = try file.piece(at: start, count: localHeaderBytes)
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
