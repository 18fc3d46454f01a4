public import Glibc

/// The metadata of a file, such as its type, length, owner and identity.
public struct FileStatus: Sendable {
  private let status: stat

  /// Reads the metadata of the file at a path.
  ///
  /// - Parameter followsLink: Selects what is read for a symbolic link: the metadata of its target if true, and of the
  ///   link itself if false.
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

  /// Reads the metadata of a file in an open folder. A symbolic link is not followed.
  ///
  /// - Throws: ``FileError``.
  public init(of name: String, in folder: OpenFile) throws(FileError) {
    var status = stat()
    try retrying { fstatat(folder.descriptor, name, &status, AT_SYMLINK_NOFOLLOW) }
    self.status = status
  }

  /// The identity of a file, which does not depend on its name. A new file may get the identity of a deleted one.
  public struct Identity: Hashable, Sendable {
    private let device: dev_t
    private let node: ino_t

    fileprivate init(_ status: stat) { (device, node) = (status.st_dev, status.st_ino) }
  }

  /// The identity of the file.
  public var identity: Identity { Identity(status) }
  /// True if the file is a regular file.
  public var isRegular: Bool { status.st_mode & S_IFMT == S_IFREG }
  /// True if the file is a folder.
  public var isFolder: Bool { status.st_mode & S_IFMT == S_IFDIR }
  /// True if the file is a symbolic link.
  public var isLink: Bool { status.st_mode & S_IFMT == S_IFLNK }
  /// The permissions of the file: the lowest nine bits of its mode.
  public var permissions: mode_t { status.st_mode & 0o777 }
  /// The user id of the file's owner.
  public var owner: uid_t { status.st_uid }
  /// Number of hard links to the file.
  public var nameCount: Int { Int(status.st_nlink) }
  /// Length of the file in bytes.
  public var byteCount: Int { Int(status.st_size) }
  /// Number of bytes that the file occupies on the disk.
  public var allocatedByteCount: Int { Int(status.st_blocks) * 512 }
  /// The time of the last change of the content, in nanoseconds since 1970.
  public var modified: Int {
    status.st_mtim.tv_sec &* 1_000_000_000 &+ status.st_mtim.tv_nsec
  }
}
