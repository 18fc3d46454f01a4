import Files

/// The entries of a ZIP whose directory has been checked. The data of the entries are not read yet.
///
/// Only the central directory is used, which ``ZipDirectory`` reads. The sizes in the directory limit how much is
/// inflated, but they never determine how much memory is allocated. Dangerous names are refused. Other names are
/// ignored, because entries are identified by their byte ranges.
///
/// - Source: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3 and 4.4.
struct ZipArchive: Sendable {
  /// A file in the ZIP.
  struct Entry: Sendable, Equatable {
    /// True if the data are compressed with DEFLATE, and false if they are uncompressed.
    let isCompressed: Bool
    let checksum: UInt32
    let compressedBytes: Int
    let bytes: Int
    /// The offset of the entry's local header.
    let start: Int
    /// The offset of the entry's data.
    fileprivate(set) var dataStart = 0
  }

  /// The files of the ZIP in the order of the directory. Folders are omitted.
  let entries: [Entry]

  private static let localSignature = 0x0403_4b50
  private static let localHeaderBytes = 30

  /// Reads the directory in pieces and checks it.
  ///
  /// - Parameter windowBytes: Number of bytes of the directory that are read at a time.
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

  /// Compares the end record with the limits before the directory is read.
  private static func requireModest(
    _ end: ZipEnd, _ limits: SeriesLimits
  ) throws(SeriesError) {
    // The directory also has an item for each folder. As many folders as files are allowed.
    guard end.count / 2 <= limits.files else {
      throw .tooManyFiles(limit: limits.files, actual: end.count)
    }
    guard end.byteCount <= limits.directoryBytes else {
      throw .zipDirectoryTooLarge(limit: limits.directoryBytes)
    }
  }

  /// Compares the total unpacked size with the limits before any entry is unpacked.
  private static func requireModest(
    _ entries: [Entry], _ contentBytes: Int, _ limits: SeriesLimits
  ) throws(SeriesError) {
    // Each size is at most ``ZipDirectory/Item/longestEntry``, so the sum cannot overflow.
    let inflated = entries.reduce(0) { $0 + $1.bytes }
    guard inflated <= limits.inflatedBytes, inflated / limits.ratio <= contentBytes else {
      throw .inflatedTooLarge(limit: min(limits.inflatedBytes, limits.ratio * contentBytes))
    }
  }

  /// Returns the entries with the offsets of their data. Refuses entries whose byte ranges overlap.
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
