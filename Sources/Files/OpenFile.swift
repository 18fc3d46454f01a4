public import Glibc

/// An open file, folder, pipe or socket. This object closes it when it is released, unless the descriptor is
/// borrowed.
public final class OpenFile: Sendable {
  /// The file descriptor. It is valid as long as this object exists.
  public let descriptor: Int32
  private let isBorrowed: Bool

  /// Standard input.
  public static let standardInput = OpenFile(borrowing: STDIN_FILENO)
  /// Standard output.
  public static let standardOutput = OpenFile(borrowing: STDOUT_FILENO)
  /// Standard error.
  public static let standardError = OpenFile(borrowing: STDERR_FILENO)

  /// Opens a file. Creates it if `O_CREAT` is set. Child processes do not inherit the descriptor.
  ///
  /// - Parameters:
  ///   - path: The path of the file. It is relative to `folder` unless it starts with a slash.
  ///   - flags: The flags of `open`. `O_CLOEXEC` is always added.
  ///   - mode: The permissions of a new file.
  ///   - folder: An open folder; nil for the working directory.
  /// - Throws: ``FileError``.
  public init(
    _ path: String, _ flags: Int32 = O_RDONLY, mode: mode_t = 0o600,
    in folder: OpenFile? = nil
  ) throws(FileError) {
    let base = folder?.descriptor ?? AT_FDCWD
    descriptor = try retrying { openat(base, path, flags | O_CLOEXEC, mode) }
    isBorrowed = false
  }

  /// Opens a regular file for reading. It does not block if the path is a pipe or device.
  ///
  /// - Throws: ``FileError``. The error is ``FileError/notRegular`` if the file is not regular.
  public convenience init(regular path: String) throws(FileError) {
    try self.init(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
    guard try status().isRegular else { throw .notRegular }
  }

  /// Opens a folder in order to list, synchronize or lock it.
  ///
  /// - Throws: ``FileError``. The error is `ENOTDIR` if the path is not a folder.
  public convenience init(folder path: String) throws(FileError) {
    try self.init(path, O_RDONLY | O_DIRECTORY)
  }

  /// Creates an empty file without a name, for reading and writing. The system deletes it when it is closed.
  ///
  /// - Parameter folder: A folder on the file system that stores the file.
  /// - Throws: ``FileError``.
  public convenience init(unnamedIn folder: String) throws(FileError) {
    do throws(FileError) {
      try self.init(folder, O_RDWR | Self.unnamed)
    } catch {
      // Some file systems do not support unnamed files.
      guard [EOPNOTSUPP, EISDIR, EINVAL].contains(error.errno) else { throw error }
      try self.init(brieflyNamedIn: folder)
    }
  }

  /// The value of Linux's `O_TMPFILE` for x86-64 and ARM. Swift cannot import this macro.
  private static let unnamed = 0o20000000 | O_DIRECTORY

  /// Creates an unnamed file on any file system. The file has a name for a moment, until it is removed.
  ///
  /// - Throws: ``FileError``.
  public convenience init(brieflyNamedIn folder: String) throws(FileError) {
    let path = "\(folder)/unnamed-\(UInt64.random(in: .min ... .max))"
    try self.init(path, O_RDWR | O_CREAT | O_EXCL)
    try FileSystem.remove(path)
  }

  /// Takes ownership of an open descriptor. This object closes it.
  public init(owning descriptor: Int32) { (self.descriptor, isBorrowed) = (descriptor, false) }

  /// Borrows an open descriptor. Its owner must keep it open.
  public init(borrowing descriptor: Int32) { (self.descriptor, isBorrowed) = (descriptor, true) }

  deinit { if !isBorrowed { close(descriptor) } }

  /// Reads the metadata of the file.
  ///
  /// - Throws: ``FileError``.
  public func status() throws(FileError) -> FileStatus { try FileStatus(open: self) }

  /// Returns the whole file as a region.
  ///
  /// - Throws: ``FileError``.
  public func region() throws(FileError) -> FileRegion {
    FileRegion(self, byteCount: try status().byteCount)
  }
}
