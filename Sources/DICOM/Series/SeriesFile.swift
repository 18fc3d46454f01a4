import Files
internal import Glibc

/// An upload of DICOM files: a single file or several files, stored one after another. Each file may be a ZIP.
public struct SeriesFile: Sendable {
  let source: FileRegion
  /// Lengths in bytes of the files, which are stored one after another; empty for a single file.
  let parts: [Int]

  /// Makes a view of an open file, starting at `offset`. The view does not close the descriptor.
  public init(fileDescriptor: Int32, offset: Int = 0, byteCount: Int, parts: [Int] = []) {
    source = FileRegion(descriptor: fileDescriptor, byteCount: byteCount, offset: offset)
    self.parts = parts
  }

  /// True if the upload looks like DICOM. It then has several files, or starts like a ZIP or a DICOM file.
  public var isSeries: Bool {
    if !parts.isEmpty { return true }
    guard let bytes = try? source.piece(at: 0, count: FileStart.headBytes) else { return false }
    return Self.isZip(bytes) || FileStart(bytes) != nil
  }

  /// Number of bytes that ``mayBeDICOM(_:)`` reads.
  public static var headBytes: Int { FileStart.headBytes }

  /// True if a file starts like DICOM, with or without a preamble, or looks like the result of a failed copy.
  ///
  /// - Parameter bytes: The first ``headBytes`` bytes of the file, or all bytes of a shorter file.
  public static func mayBeDICOM(_ bytes: [UInt8]) -> Bool {
    FileStart(bytes) != nil || ImageHeader.isBlank(bytes)
  }

  /// True if the bytes start with one of the four signatures of a ZIP. The signature `PK00` marks an archive that was
  /// written in split mode but has only one file.
  static func isZip(_ bytes: [UInt8]) -> Bool {
    let first = bytes.littleEndian32(at: 0)
    return [0x0403_4b50, 0x0605_4b50, 0x0807_4b50, 0x3030_4b50].contains(first)
  }

  /// A file of the upload: a byte range of the upload, or an entry of a ZIP.
  enum Member: Sendable {
    case bytes(Range<Int>)
    case entry(ZipArchive.Entry, of: FileRegion)
  }

  /// Returns all files of the upload, including the entries of ZIPs.
  ///
  /// Checks the directory of each ZIP and the limits of the whole upload.
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
