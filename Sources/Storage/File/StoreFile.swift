import Glibc
import Synchronization

/// The store's place on the disk, locked for this process while this object lives.
final class StoreFile: Sendable {
  let path: String
  private let lock: Int32
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
    let folder = FileCalls.folder(of: path)
    guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw Self.refusal(errno) }
    lock = try Self.lock("\(path).lock")
    // An object that throws after its last property is set runs its deinit, which releases the
    // lock. Closing it here, too, would close whichever file got its number meanwhile.
    try Self.examine(path)
    try RebuiltFile.finishSwap(at: path)
    if !FileCalls.exists(path) {
      try FileCalls.create(path)
      try FileCalls.synchronize(folder)
    }
    guard access(path, R_OK | W_OK) == 0 else { throw Self.refusal(errno) }
    try Self.requireOneName(path)
    remember()
  }

  deinit {
    // Closing alone would leave the lock with a program that is starting at this moment: it has the
    // descriptor, too.
    flock(lock, LOCK_UN)
    close(lock)
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

  private static func lock(_ path: String) throws(StoreError) -> Int32 {
    let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW
    let descriptor = FileCalls.retrying { open(path, flags, 0o600) }
    guard descriptor >= 0 else { throw refusal(errno) }
    guard FileCalls.retrying({ flock(descriptor, LOCK_EX | LOCK_NB) }) == 0 else {
      let code = errno
      close(descriptor)
      throw code == EWOULDBLOCK ? .inUse : .file(errno: code)
    }
    return descriptor
  }

  private static func examine(_ path: String) throws(StoreError) {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      if errno == ENOENT { return }
      throw refusal(errno)
    }
    guard status.st_mode & S_IFMT != S_IFLNK else { throw .file(errno: ELOOP) }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw .file(errno: EISDIR) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .file(errno: EINVAL) }
    guard status.st_uid == geteuid() else { throw .file(errno: EPERM) }
  }

  /// The lock is by name, so a file with two names could be opened twice.
  private static func requireOneName(_ path: String) throws(StoreError) {
    guard let file = FileIdentity(path), file.names > 1 else { return }
    // Removes our own names: a crash may have left the second name of a damaged file, or the first
    // of a finished backup.
    let folder = FileCalls.folder(of: path)
    let name = FileCalls.name(of: path)
    for other in FileCalls.names(in: folder)
    where other == "\(name).partial" || other.hasPrefix("\(name).corrupt-") {
      if FileIdentity("\(folder)/\(other)")?.isSameFile(as: file) == true {
        try FileCalls.remove("\(folder)/\(other)")
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
  let device: dev_t
  let node: ino_t
  let names: nlink_t

  /// - Returns: nil if the file is missing.
  init?(_ path: String) {
    var status = stat()
    // Without opening it: closing a descriptor of a database's file would release SQLite's locks.
    guard lstat(path, &status) == 0 else { return nil }
    device = status.st_dev
    node = status.st_ino
    names = status.st_nlink
  }

  func isSameFile(as other: FileIdentity) -> Bool { device == other.device && node == other.node }
}
