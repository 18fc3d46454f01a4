internal import Glibc

/// An open file of known length, or a part of it. Every read states its position.
///
/// The file must not become shorter while the region is in use. Reading does not change the current position of the
/// descriptor.
public struct FileRegion: Sendable {
  /// The open file.
  public let file: OpenFile
  /// Length of the region in bytes.
  public let byteCount: Int
  /// The offset in the file at which the region starts. Positions are relative to it.
  public let offset: Int

  /// Makes a region. The file must contain the whole region.
  public init(_ file: OpenFile, byteCount: Int, offset: Int = 0) {
    self.file = file
    self.byteCount = byteCount
    self.offset = offset
  }

  /// Makes a region of a borrowed descriptor. Its owner must keep it open while the region is used.
  public init(descriptor: Int32, byteCount: Int, offset: Int = 0) {
    self.init(OpenFile(borrowing: descriptor), byteCount: byteCount, offset: offset)
  }

  /// Fills `buffer` with the bytes that start at `position`, but not beyond the end of the region.
  ///
  /// - Returns: The number of bytes read. It is smaller than the buffer only at the end of the region.
  /// - Throws: ``FileError``. The error is `EIO` if the file ends within the region.
  public func read(
    into buffer: UnsafeMutableRawBufferPointer, at position: Int
  ) throws(FileError) -> Int {
    let wanted = min(buffer.count, max(byteCount - position, 0))
    let count = try file.read(
      into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]), at: offset + position)
    guard count == wanted else { throw FileError(errno: EIO) }
    return count
  }

  /// Returns at most `count` bytes, starting at `position`. Returns no bytes if `position` is outside the region.
  ///
  /// - Throws: ``FileError``. The error is `EIO` if the file ends within the region.
  public func bytes(at position: Int, count: Int) throws(FileError) -> [UInt8] {
    guard position >= 0, position < byteCount else { return [] }
    let wanted = min(count, byteCount - position)
    let bytes = try file.bytes(at: offset + position, count: wanted)
    guard bytes.count == max(wanted, 0) else { throw FileError(errno: EIO) }
    return bytes
  }

  /// Returns all bytes of the region.
  ///
  /// - Throws: ``FileError``. The error is `EIO` if the file ends within the region.
  public func bytes() throws(FileError) -> [UInt8] { try bytes(at: 0, count: byteCount) }
}
