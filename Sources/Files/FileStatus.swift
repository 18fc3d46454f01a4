public import Glibc

/// A file's metadata: kind, length, owner and identity.
public struct FileStatus: Sendable {
  private let status: stat

  /// Reads the status of the file at a path.
  ///
  /// - Parameter followsLink: Whether a link at the path's end is followed.
  /// - Throws: ``FileError``.
  public init(of path: String, followsLink: Bool = true) throws(FileError) {
    var status = stat()
    try retrying { followsLink ? stat(path, &status) : lstat(path, &status) }
    self.status = status
  }

  init(open file: OpenFile) throws(FileError) {
    var status = stat()
    try retrying { fstat(file.descriptor, &status) }
    self.status = status
  }

  /// Reads the status of a name in an open folder. A link is not followed.
  ///
  /// - Throws: ``FileError``.
  public init(of name: String, in folder: OpenFile) throws(FileError) {
    var status = stat()
    try retrying { fstatat(folder.descriptor, name, &status, AT_SYMLINK_NOFOLLOW) }
    self.status = status
  }

  /// Identifies a file regardless of its name. A new file may get the identity of a deleted one.
  public struct Identity: Hashable, Sendable {
    private let device: dev_t
    private let node: ino_t

    fileprivate init(_ status: stat) { (device, node) = (status.st_dev, status.st_ino) }
  }

  /// The file's identity.
  public var identity: Identity { Identity(status) }
  /// True if it is a regular file.
  public var isRegular: Bool { status.st_mode & S_IFMT == S_IFREG }
  /// True if it is a folder.
  public var isFolder: Bool { status.st_mode & S_IFMT == S_IFDIR }
  /// True if it is a symbolic link.
  public var isLink: Bool { status.st_mode & S_IFMT == S_IFLNK }
  /// The permissions to read, write and execute the file: the lowest nine bits of its mode.
  public var permissions: mode_t { status.st_mode & 0o777 }
  /// The user who owns the file.
  public var owner: uid_t { status.st_uid }
  /// Number of names (hard links) of the file.
  public var nameCount: Int { Int(status.st_nlink) }
  /// Length in bytes.
  public var byteCount: Int { Int(status.st_size) }
  /// Number of bytes that the file occupies on the disk.
  public var allocatedByteCount: Int { Int(status.st_blocks) * 512 }
  /// The time at which the file's bytes last changed, in nanoseconds since 1970.
  public var modified: Int {
    status.st_mtim.tv_sec &* 1_000_000_000 &+ status.st_mtim.tv_nsec
  }
}
