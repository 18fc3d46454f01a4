import Glibc
import Hashing
import Synchronization

/// A store's part of the spool: a folder that its service locks while it has files there.
///
/// Services of different stores may share a spool, because a user's default spool is one folder.
/// The folder's name comes from the store's path. If another service holds that name's lock, for
/// example in another container, the next free name is used. So names do not tell whose a file is;
/// ids of jobs do.
final class SpoolPart: Sendable {
  private struct State {
    var folder: String?
    var lock: Int32 = -1
    /// Files on their way into the folder.
    var arriving = 0
  }

  /// Prefix of every part's name.
  static let prefix = "uploads-"
  /// Name of the file in each part that contains the path of its store.
  static let storeFile = "store"
  private static let nameLimit = 64
  private static let pathByteLimit = 4096

  let spool: String
  private let store: String?
  private let name: String
  private let state = Mutex(State())

  /// - Parameter store: Path of the store's file; nil for a store in memory.
  init(spool: String, store: String?) {
    self.spool = spool
    self.store = store.map(Self.realPath)
    // The uploads of a store in memory end with the process, and so does its part.
    let digest = self.store.map { Self.hexadecimal(SHA256.hash(data: Array($0.utf8)).prefix(16)) }
    name = Self.prefix + (digest ?? RequestID.random())
  }

  deinit { state.withLock { Self.unlock(&$0) } }

  /// The folder of the service's files, if it has any.
  var folder: String? { state.withLock(\.folder) }

  /// Whether an earlier process may have left a folder.
  var mayHaveFiles: Bool { access("\(spool)/\(name)", F_OK) == 0 }

  /// The folder, made and locked if necessary; ``leave()`` must follow.
  ///
  /// - Throws: ``SpoolError``.
  func enter() throws(SpoolError) -> String {
    try state.withLock { (state) throws(SpoolError) in
      if state.folder == nil { (state.folder, state.lock) = try claim() }
      state.arriving += 1
      return state.folder ?? spool
    }
  }

  /// Reports that a file has arrived, or failed.
  func leave() { state.withLock { $0.arriving -= 1 } }

  /// Removes the folder if it is empty and no file is on its way.
  func removeIfEmpty() {
    state.withLock { state in
      guard let folder = state.folder, state.arriving == 0,
        Self.names(in: folder).allSatisfy({ $0 == Self.storeFile })
      else { return }
      unlink("\(folder)/\(Self.storeFile)")
      rmdir(folder)
      Self.unlock(&state)
    }
  }

  /// The folders of other services, running or not.
  func others() -> [String] {
    let own = folder
    return Self.names(in: spool).filter { $0.hasPrefix(Self.prefix) }.sorted()
      .map { "\(spool)/\($0)" }.filter { $0 != own }
  }

  private func claim() throws(SpoolError) -> (String, Int32) {
    for number in 0..<Self.nameLimit {
      let folder = "\(spool)/\(name)" + (number == 0 ? "" : "-\(number)")
      guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw SpoolError(errno: errno) }
      guard let lock = try Self.lock(folder) else { continue }
      do throws(SpoolError) {
        try writeStore(into: folder)
        try Self.flush(spool)
      } catch {
        close(lock)
        throw error
      }
      return (folder, lock)
    }
    throw .failed(errno: EBUSY)
  }

  /// Stores whose the folder is, and when its service was last active.
  private func writeStore(into folder: String) throws(SpoolError) {
    let flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC
    let file = open("\(folder)/\(Self.storeFile)", flags, S_IRUSR | S_IWUSR)
    guard file >= 0 else { throw SpoolError(errno: errno) }
    defer { close(file) }
    var rest = Array((store ?? "").utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
      guard count > 0 || (count < 0 && errno == EINTR) else { throw SpoolError(errno: errno) }
      rest = rest.dropFirst(max(count, 0))
    }
    guard SystemCall.retrying({ fsync(file) }) == 0 else { throw SpoolError(errno: errno) }
  }

  private static func unlock(_ state: inout State) {
    if state.lock >= 0 {
      // Closing alone would leave the lock with a program that is starting at this moment.
      flock(state.lock, LOCK_UN)
      close(state.lock)
    }
    (state.folder, state.lock) = (nil, -1)
  }
}

// MARK: Folders of parts

extension SpoolPart {
  /// Locks a part's folder.
  ///
  /// - Returns: A descriptor that holds the lock until it is closed; nil if a service holds the
  ///   lock, or the folder is gone.
  /// - Throws: ``SpoolError``.
  static func lock(_ folder: String) throws(SpoolError) -> Int32? {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw SpoolError(errno: errno)
    }
    var (locked, named) = (stat(), stat())
    // Another service may have removed the folder between our two calls.
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, fstat(descriptor, &locked) == 0,
      lstat(folder, &named) == 0, locked.st_ino == named.st_ino, locked.st_dev == named.st_dev
    else {
      close(descriptor)
      return nil
    }
    return descriptor
  }

  /// Whether the store of a part is gone: it was in memory, or its path does not exist.
  static func isStoreGone(of folder: String) -> (isGone: Bool, wasInMemory: Bool) {
    let file = open("\(folder)/\(storeFile)", O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard file >= 0 else { return (true, false) }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: pathByteLimit)
    let count = read(file, &bytes, bytes.count)
    guard count > 0 else { return (true, count == 0) }
    let path = String(decoding: bytes[..<count], as: UTF8.self)
    return (access(path, F_OK) != 0 && errno == ENOENT, false)
  }

  /// Names in a folder, without `.` and `..`.
  static func names(in folder: String) -> [String] {
    guard let listing = opendir(folder) else { return [] }
    defer { closedir(listing) }
    var names: [String] = []
    while let entry = readdir(listing) {
      // In place: a copy would read 256 bytes, but an entry ends with its name.
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  /// Seconds since a file's content, or the names in a folder, last changed; nil if unknown.
  static func age(of path: String) -> Int? {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    return time(nil) - status.st_mtim.tv_sec
  }

  /// Flushes a directory's names to the disk.
  ///
  /// - Throws: ``SpoolError``.
  static func flush(_ directory: String) throws(SpoolError) {
    let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SpoolError(errno: errno) }
    defer { close(descriptor) }
    guard SystemCall.retrying({ fsync(descriptor) }) == 0 else { throw SpoolError(errno: errno) }
  }

  /// The path without links, so that two spellings of a path are one store.
  private static func realPath(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
