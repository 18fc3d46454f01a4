public import Glibc

/// An open file, folder, pipe or socket. This object closes it when freed, unless it was borrowed.
public final class OpenFile: Sendable {
  /// The file descriptor, valid as long as this object lives.
  public let descriptor: Int32
  private let isBorrowed: Bool

  /// Standard input.
  public static let standardInput = OpenFile(borrowing: STDIN_FILENO)
  /// Standard output.
  public static let standardOutput = OpenFile(borrowing: STDOUT_FILENO)
  /// Standard error.
  public static let standardError = OpenFile(borrowing: STDERR_FILENO)

  /// Opens a file, or creates it if `O_CREAT` is set. Child processes do not inherit the descriptor.
  ///
  /// - Parameters:
  ///   - path: Relative to `folder` unless it starts with a slash.
  ///   - flags: The flags of `open`; `O_CLOEXEC` is added.
  ///   - mode: Permissions of a new file.
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

  /// Opens a regular file for reading. Never blocks on a pipe or device.
  ///
  /// - Throws: ``FileError``; ``FileError/notRegular`` if it is not a regular file.
  public convenience init(regular path: String) throws(FileError) {
    try self.init(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
    guard try status().isRegular else { throw .notRegular }
  }

  /// Opens a folder to list, synchronize or lock it.
  ///
  /// - Throws: ``FileError``; `ENOTDIR` if it is not a folder.
  public convenience init(folder path: String) throws(FileError) {
    try self.init(path, O_RDONLY | O_DIRECTORY)
  }

  /// Creates an empty file without a name, for reading and writing. It is deleted when it is closed.
  ///
  /// - Parameter folder: A folder on the disk that the file is stored on.
  /// - Throws: ``FileError``.
  public convenience init(unnamedIn folder: String) throws(FileError) {
    do throws(FileError) {
      try self.init(folder, O_RDWR | Self.unnamed)
    } catch {
      // Not every file system supports unnamed files.
      guard [EOPNOTSUPP, EISDIR, EINVAL].contains(error.errno) else { throw error }
      try self.init(brieflyNamedIn: folder)
    }
  }

  /// Linux's `O_TMPFILE`, a macro that Swift cannot read. This is its value for x86-64 and ARM.
  private static let unnamed = 0o20000000 | O_DIRECTORY

  /// Creates an unnamed file on any file system. Its name exists only for a moment.
  ///
  /// - Throws: ``FileError``.
  public convenience init(brieflyNamedIn folder: String) throws(FileError) {
    let path = "\(folder)/unnamed-\(UInt64.random(in: .min ... .max))"
    try self.init(path, O_RDWR | O_CREAT | O_EXCL)
    try FileSystem.remove(path)
  }

  /// Takes ownership of an open descriptor and closes it later.
  public init(owning descriptor: Int32) { (self.descriptor, isBorrowed) = (descriptor, false) }

  /// Borrows an open descriptor, which its owner must keep open.
  public init(borrowing descriptor: Int32) { (self.descriptor, isBorrowed) = (descriptor, true) }

  deinit { if !isBorrowed { close(descriptor) } }

  /// The file's metadata.
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
