import Files
import Glibc
import Synchronization

/// The store's file. It stays locked by this process as long as this object exists.
final class StoreFile: Sendable {
  let path: String
  private let lock: FileLock
  private let known = Mutex(Known())

  /// The identities of the files when the store was opened.
  private struct Known {
    var file: FileIdentity?
    /// The write-ahead log; nil until a check after a write has seen it.
    var log: FileIdentity?
  }

  /// Creates the folder and the file if they do not exist, and takes the lock.
  ///
  /// - Throws: ``StoreError/inUse``, ``StoreError/linked``, ``StoreError/readOnly`` or ``StoreError/file(errno:)``. The
  ///   last one is also thrown if the path is a symbolic link, is not a regular file, or belongs to another user.
  init(path: String) throws(StoreError) {
    self.path = path
    let folder = FileSystem.folder(of: path)
    guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw Self.refusal(errno) }
    lock = try Self.lock("\(path).lock")
    try Self.examine(path)
    do throws(FileError) {
      try RebuiltFile.finishSwap(at: path)
      if !FileSystem.exists(path) {
        try FileSystem.create(path)
        try FileSystem.synchronize(folder)
      }
    } catch {
      throw StoreError(error)
    }
    guard access(path, R_OK | W_OK) == 0 else { throw Self.refusal(errno) }
    try Self.requireOneName(path)
    remember()
  }

  /// Accepts the file now at the path as the store's file. Call this function after a rebuild.
  func remember() {
    let identity = FileIdentity(path)
    known.withLock { $0 = Known(file: identity) }
  }

  /// Returns whether the path still leads to the store's file and the file has no other name. Makes two system calls
  /// and does not read from the disk.
  ///
  /// - Parameter afterChange: True after a write, when the log exists. From then on, the log must remain the same file.
  func isInPlace(afterChange: Bool = false) -> Bool {
    let log = FileIdentity("\(path)-wal")
    let file = FileIdentity(path)
    return known.withLock { known in
      guard let file, file == known.file, file.names == 1 else { return false }
      if let before = known.log { return log == before }
      if afterChange { known.log = log }
      return true
    }
  }

  /// Removes a database file and the files that SQLite creates next to it.
  static func remove(_ path: String) throws(FileError) {
    for suffix in ["", "-wal", "-shm", "-journal"] { try FileSystem.remove("\(path)\(suffix)") }
  }

  private static func lock(_ path: String) throws(StoreError) -> FileLock {
    do throws(FileError) {
      return try OpenFile(path, O_RDWR | O_CREAT | O_NOFOLLOW).locked()
    } catch {
      throw error.errno == EWOULDBLOCK ? .inUse : refusal(error.errno)
    }
  }

  private static func examine(_ path: String) throws(StoreError) {
    let status: FileStatus
    do throws(FileError) {
      status = try FileStatus(of: path, followsLink: false)
    } catch {
      if error.errno == ENOENT { return }
      throw refusal(error.errno)
    }
    guard !status.isLink else { throw .file(errno: ELOOP) }
    guard !status.isFolder else { throw .file(errno: EISDIR) }
    guard status.isRegular else { throw .file(errno: EINVAL) }
    guard status.owner == geteuid() else { throw .file(errno: EPERM) }
  }

  /// Refuses a file that has several names. The lock belongs to one name, so another process could open the file under
  /// another name.
  private static func requireOneName(_ path: String) throws(StoreError) {
    guard let file = FileIdentity(path), file.names > 1 else { return }
    // A crash may have left a second name that this program gave to a damaged file or a finished backup. Such names are
    // removed.
    let folder = FileSystem.folder(of: path)
    let name = FileSystem.name(of: path)
    for other in (try? FileSystem.names(in: folder)) ?? []
    where other == "\(name).partial" || other.hasPrefix("\(name).corrupt-") {
      if FileIdentity("\(folder)/\(other)")?.file == file.file {
        try StoreError.from(try FileSystem.remove("\(folder)/\(other)"))
      }
    }
    guard FileIdentity(path)?.names == 1 else { throw .linked }
  }

  private static func refusal(_ code: Int32) -> StoreError {
    code == EROFS || code == EACCES ? .readOnly : .file(errno: code)
  }
}

/// Identifies the file at a path and counts its names (hard links).
struct FileIdentity: Equatable {
  let file: FileStatus.Identity
  let names: Int

  /// - Returns: Nil if no file exists at the path.
  init?(_ path: String) {
    // The file is not opened, because closing a descriptor of a database file would release SQLite's locks.
    guard let status = try? FileStatus(of: path, followsLink: false) else { return nil }
    (file, names) = (status.identity, status.nameCount)
  }
}
