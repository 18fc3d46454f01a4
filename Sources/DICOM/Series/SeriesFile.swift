internal import Glibc

/// DICOM files as they came: in a ZIP, one behind the other, or one alone. Each of several may be a ZIP.
public struct SeriesFile: Sendable {
  let source: ByteSource
  /// Lengths of the files that lie one behind the other; empty for one file.
  let parts: [Int]

  /// Describes an open file, or the part of it from `offset` on, which is borrowed and never closed.
  public init(fileDescriptor: Int32, offset: Int = 0, byteCount: Int, parts: [Int] = []) {
    source = ByteSource(descriptor: fileDescriptor, byteCount: byteCount, offset: offset)
    self.parts = parts
  }

  /// Whether this looks like DICOM: several files, or one that begins as a ZIP or a DICOM file does.
  public var isSeries: Bool {
    if !parts.isEmpty { return true }
    guard let bytes = try? source.bytes(at: 0, count: FileStart.headBytes) else { return false }
    return Self.isZip(bytes) || FileStart(bytes) != nil
  }

  /// Bytes that ``mayBeDICOM(_:)`` looks at.
  public static var headBytes: Int { FileStart.headBytes }

  /// Whether a file begins as DICOM does, with or without a preamble, or is the blank that a failed copy leaves.
  ///
  /// - Parameter bytes: The first ``headBytes`` of the file, or all it has.
  public static func mayBeDICOM(_ bytes: [UInt8]) -> Bool {
    FileStart(bytes) != nil || ImageHeader.isBlank(bytes)
  }

  /// `PK` and one of the four signatures that a ZIP can begin with; `PK00` is that of one that was not split after all.
  static func isZip(_ bytes: [UInt8]) -> Bool {
    let first = bytes.littleEndian32(at: 0)
    return [0x0403_4b50, 0x0605_4b50, 0x0807_4b50, 0x3030_4b50].contains(first)
  }

  /// A file of the series: bytes of the upload, or an entry of a ZIP in it.
  enum Member: Sendable {
    case bytes(Range<Int>)
    case entry(ZipArchive.Entry, of: ByteSource)
  }

  /// All files; those of a ZIP where the upload, or a part of it, is one.
  ///
  /// - Throws: ``SeriesError``: the directory of each ZIP is checked, and the limits of all together.
  func members(limits: SeriesLimits) throws(SeriesError) -> [Member] {
    guard parts.count <= limits.files else {
      throw .tooManyFiles(limit: limits.files, actual: parts.count)
    }
    var members: [Member] = []
    var (start, inflated) = (0, 0)
    for count in parts.isEmpty ? [source.byteCount] : parts {
      let part = ByteSource(
        descriptor: source.descriptor, byteCount: count, offset: source.offset + start)
      if Self.isZip(try part.bytes(at: 0, count: 4)) {
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
