public import Glibc

/// An open file, folder, pipe or socket. It is closed when this object goes, unless it was borrowed.
public final class OpenFile: Sendable {
  /// The system's number for it, valid as long as this object.
  public let descriptor: Int32
  private let isBorrowed: Bool

  /// Standard input.
  public static let standardInput = OpenFile(borrowing: STDIN_FILENO)
  /// Standard output.
  public static let standardOutput = OpenFile(borrowing: STDOUT_FILENO)
  /// Standard error.
  public static let standardError = OpenFile(borrowing: STDERR_FILENO)

  /// Opens, and with `O_CREAT` makes, a file. Programs that this process starts do not get it.
  ///
  /// - Parameters:
  ///   - path: Relative to `folder` unless it starts with a slash.
  ///   - flags: As `open` takes them; `O_CLOEXEC` is added.
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

  /// Opens a regular file to read it. A pipe or device does not make this wait.
  ///
  /// - Throws: ``FileError``; ``FileError/notRegular`` for anything else.
  public convenience init(regular path: String) throws(FileError) {
    try self.init(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
    guard try status().isRegular else { throw .notRegular }
  }

  /// Opens a folder to list, synchronize or lock it.
  ///
  /// - Throws: ``FileError``; `ENOTDIR` for anything else.
  public convenience init(folder path: String) throws(FileError) {
    try self.init(path, O_RDONLY | O_DIRECTORY)
  }

  /// Another descriptor of an open file, with the same position.
  ///
  /// - Throws: ``FileError``.
  public init(copyOf other: Int32) throws(FileError) {
    descriptor = try retrying { fcntl(other, F_DUPFD_CLOEXEC, 0) }
    isBorrowed = false
  }

  /// Makes an empty file without a name, for reading and writing. It is gone when it is closed.
  ///
  /// - Parameter folder: Its disk has the bytes.
  /// - Throws: ``FileError``.
  public convenience init(unnamedIn folder: String) throws(FileError) {
    do throws(FileError) {
      try self.init(folder, O_RDWR | Self.unnamed)
    } catch {
      // Not every file system can do that.
      guard [EOPNOTSUPP, EISDIR, EINVAL].contains(error.errno) else { throw error }
      try self.init(brieflyNamedIn: folder)
    }
  }

  /// Linux's `O_TMPFILE`, a macro that Swift cannot read; its value for x86-64 and ARM.
  private static let unnamed = 0o20000000 | O_DIRECTORY

  /// Makes such a file on any file system: the name exists only between two calls.
  ///
  /// - Throws: ``FileError``.
  public convenience init(brieflyNamedIn folder: String) throws(FileError) {
    let path = "\(folder)/unnamed-\(UInt64.random(in: .min ... .max))"
    try self.init(path, O_RDWR | O_CREAT | O_EXCL)
    try FileSystem.remove(path)
  }

  /// Takes over an open descriptor, to close it.
  public init(owning descriptor: Int32) { (self.descriptor, isBorrowed) = (descriptor, false) }

  /// Uses an open descriptor that its owner keeps open meanwhile and closes.
  public init(borrowing descriptor: Int32) { (self.descriptor, isBorrowed) = (descriptor, true) }

  deinit { if !isBorrowed { close(descriptor) } }

  /// What the file system says of the file.
  ///
  /// - Throws: ``FileError``.
  public func status() throws(FileError) -> FileStatus { try FileStatus(open: self) }

  /// The whole file as a region.
  ///
  /// - Throws: ``FileError``.
  public func region() throws(FileError) -> FileRegion {
    FileRegion(self, byteCount: try status().byteCount)
  }
}
