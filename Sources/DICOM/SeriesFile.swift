internal import Glibc

/// DICOM files as they came: in a ZIP, one behind the other, or one alone.
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

  /// `PK` and one of the three signatures that a ZIP can begin with.
  static func isZip(_ bytes: [UInt8]) -> Bool {
    let first = bytes.littleEndian32(at: 0)
    return first == 0x0403_4b50 || first == 0x0605_4b50 || first == 0x0807_4b50
  }

  /// The single files, where they are one behind the other or alone; nil for a ZIP.
  func ranges() throws(SeriesError) -> [Range<Int>]? {
    guard parts.isEmpty else {
      var start = 0
      return parts.map { count in
        defer { start += count }
        return start..<(start + count)
      }
    }
    let bytes = try source.bytes(at: 0, count: 4)
    return Self.isZip(bytes) ? nil : [0..<source.byteCount]
  }
}
