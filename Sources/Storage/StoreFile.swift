import Glibc

/// The store's place on the disk, locked for this process until the value goes.
final class StoreFile: Sendable {
  let path: String
  private let lock: Int32

  /// Makes the folder and the file if they are missing, and takes the lock.
  ///
  /// - Throws: ``StoreError/inUse``, ``StoreError/readOnly`` or ``StoreError/file(errno:)``; also where the file
  ///   is a link, no plain file, or another user's.
  init(path: String) throws(StoreError) {
    self.path = path
    let folder = FileCalls.folder(of: path)
    guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw Self.refusal(errno) }
    lock = try Self.lock("\(path).lock")
    // An object that throws after its last property is set runs its deinit, which gives the lock back: closing it here, too,
    // would close whatever got its number meanwhile.
    try Self.examine(path)
    try RebuiltFile.finishSwap(at: path)
    if !FileCalls.exists(path) {
      try FileCalls.create(path)
      try FileCalls.synchronize(folder)
    }
    guard access(path, R_OK | W_OK) == 0 else { throw Self.refusal(errno) }
  }

  deinit {
    // Closing alone leaves the lock with a program that is being started in this moment: it has the descriptor, too.
    flock(lock, LOCK_UN)
    close(lock)
  }

  private static func lock(_ path: String) throws(StoreError) -> Int32 {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw refusal(errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
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

  private static func refusal(_ code: Int32) -> StoreError {
    code == EROFS || code == EACCES ? .readOnly : .file(errno: code)
  }
}
