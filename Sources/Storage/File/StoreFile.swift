import Files
import Glibc
import Synchronization

/// The store's place on the disk, locked for this process while this object lives.
final class StoreFile: Sendable {
  let path: String
  private let lock: FileLock
  private let known = Mutex(Known())

  /// The files as they were when the store was opened.
  private struct Known {
    var file: FileIdentity?
    /// Nil until the first change made a log.
    var log: FileIdentity?
  }

  /// Makes the folder and the file if they are missing, and takes the lock.
  ///
  /// - Throws: ``StoreError/inUse``, ``StoreError/linked``, ``StoreError/readOnly`` or
  ///   ``StoreError/file(errno:)``, also if the file is a link, not a plain file, or another
  ///   user's.
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

  /// Accepts the file now at the path as the store's, after a rebuild.
  func remember() {
    let identity = FileIdentity(path)
    known.withLock { $0 = Known(file: identity) }
  }

  /// Whether the path still leads to the store's file, and the file has no other name: two calls
  /// that read no disk.
  ///
  /// - Parameter afterChange: Whether the log exists, so that it must stay the same from now on.
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

  /// Removes a database with the files that SQLite makes next to it.
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

  /// The lock is by name, so a file with two names could be opened twice.
  private static func requireOneName(_ path: String) throws(StoreError) {
    guard let file = FileIdentity(path), file.names > 1 else { return }
    // Removes our own names: a crash may have left the second name of a damaged file, or the first
    // of a finished backup.
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

/// Identifies the file at a path, and counts the file's names.
struct FileIdentity: Equatable {
  let file: FileStatus.Identity
  let names: Int

  /// - Returns: nil where there is not a file.
  init?(_ path: String) {
    // Without opening it: closing a descriptor of a database's file would release SQLite's locks.
    guard let status = try? FileStatus(of: path, followsLink: false) else { return nil }
    (file, names) = (status.identity, status.nameCount)
  }
}
