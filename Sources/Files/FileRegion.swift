internal import Glibc

/// An open file of known length, or a part of one. It is read at given positions.
///
/// The file must not become shorter while the region is in use. The file's own position is not used.
public struct FileRegion: Sendable {
  /// The open file.
  public let file: OpenFile
  /// Length in bytes.
  public let byteCount: Int
  /// The start of the region in the file. Positions are relative to this start.
  public let offset: Int

  /// Makes a region; the file must contain it.
  public init(_ file: OpenFile, byteCount: Int, offset: Int = 0) {
    self.file = file
    self.byteCount = byteCount
    self.offset = offset
  }

  /// Makes a region of a file that its owner keeps open while the region is used.
  public init(descriptor: Int32, byteCount: Int, offset: Int = 0) {
    self.init(OpenFile(borrowing: descriptor), byteCount: byteCount, offset: offset)
  }

  /// Fills `buffer` with the bytes from `position` on, up to the region's end.
  ///
  /// - Returns: The number of bytes read, which is less than the buffer's size only at the region's end.
  /// - Throws: ``FileError``; `EIO` if the file ends within the region.
  public func read(
    into buffer: UnsafeMutableRawBufferPointer, at position: Int
  ) throws(FileError) -> Int {
    let wanted = min(buffer.count, max(byteCount - position, 0))
    let count = try file.read(
      into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]), at: offset + position)
    guard count == wanted else { throw FileError(errno: EIO) }
    return count
  }

  /// Returns at most `count` bytes from `position` on; none if `position` is outside the region.
  ///
  /// - Throws: ``FileError``; `EIO` if the file ends within the region.
  public func bytes(at position: Int, count: Int) throws(FileError) -> [UInt8] {
    guard position >= 0, position < byteCount else { return [] }
    let wanted = min(count, byteCount - position)
    let bytes = try file.bytes(at: offset + position, count: wanted)
    guard bytes.count == max(wanted, 0) else { throw FileError(errno: EIO) }
    return bytes
  }

  /// Returns all bytes of the region.
  ///
  /// - Throws: ``FileError``; `EIO` if the file ends within the region.
  public func bytes() throws(FileError) -> [UInt8] { try bytes(at: 0, count: byteCount) }
}
