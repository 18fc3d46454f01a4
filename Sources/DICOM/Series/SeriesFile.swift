import Files
internal import Glibc

/// An upload of DICOM files: a ZIP, a single file, or several contiguous files, each of which may be a ZIP.
public struct SeriesFile: Sendable {
  let source: FileRegion
  /// Lengths of the contiguous files; empty for one file.
  let parts: [Int]

  /// Makes a view of an open file, or of its part from `offset` on. The view never closes the descriptor.
  public init(fileDescriptor: Int32, offset: Int = 0, byteCount: Int, parts: [Int] = []) {
    source = FileRegion(descriptor: fileDescriptor, byteCount: byteCount, offset: offset)
    self.parts = parts
  }

  /// True if the upload looks like DICOM: it has several files, or starts like a ZIP or a DICOM file.
  public var isSeries: Bool {
    if !parts.isEmpty { return true }
    guard let bytes = try? source.piece(at: 0, count: FileStart.headBytes) else { return false }
    return Self.isZip(bytes) || FileStart(bytes) != nil
  }

  /// Number of bytes that ``mayBeDICOM(_:)`` reads.
  public static var headBytes: Int { FileStart.headBytes }

  /// True if a file starts like DICOM, with or without a preamble, or is blank like a failed copy.
  ///
  /// - Parameter bytes: The first ``headBytes`` bytes of the file, or all bytes of a shorter file.
  public static func mayBeDICOM(_ bytes: [UInt8]) -> Bool {
    FileStart(bytes) != nil || ImageHeader.isBlank(bytes)
  }

  /// True if the bytes start with one of the four signatures of a ZIP. The signature `PK00` marks
  /// an archive that was to be split but was not.
  static func isZip(_ bytes: [UInt8]) -> Bool {
    let first = bytes.littleEndian32(at: 0)
    return [0x0403_4b50, 0x0605_4b50, 0x0807_4b50, 0x3030_4b50].contains(first)
  }

  /// A file of the series: a range of the upload, or an entry of a ZIP in it.
  enum Member: Sendable {
    case bytes(Range<Int>)
    case entry(ZipArchive.Entry, of: FileRegion)
  }

  /// Returns all files, including those in ZIPs.
  ///
  /// Checks the directory of each ZIP, and the limits of all files together.
  ///
  /// - Throws: ``SeriesError``.
  func members(limits: SeriesLimits) throws(SeriesError) -> [Member] {
    guard parts.count <= limits.files else {
      throw .tooManyFiles(limit: limits.files, actual: parts.count)
    }
    var members: [Member] = []
    var (start, inflated) = (0, 0)
    for count in parts.isEmpty ? [source.byteCount] : parts {
      let part = FileRegion(source.file, byteCount: count, offset: source.offset + start)
      if Self.isZip(try part.piece(at: 0, count: 4)) {
        let entries = try ZipArchive(part, limits: limits).entries
        inflated += entries.reduce(0) { $0 + $1.bytes }
        members += entries.map { .entry($0, of: part) }
      } else {
        members.append(.bytes(start..<(start + count)))
      }
      guard members.count <= limits.files else {
        throw .tooManyFiles(limit: limits.files, actual: members.count)
      }
      guard inflated <= limits.inflatedBytes else {
        throw .inflatedTooLarge(limit: limits.inflatedBytes)
      }
      start += count
    }
    return members
  }
}
