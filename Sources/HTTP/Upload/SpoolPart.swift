import Files
import Formats
import Glibc
import Hashing
import Synchronization

/// A store's part of the spool. It is a folder that the store's service locks while the folder contains files.
///
/// Services of different stores may share a spool, because each user has only one default spool.
/// The folder's name is derived from the store's path. If another service has locked the folder of
/// that name, for example in another container, the next free name is used. Folder names therefore
/// do not identify the store of a file, but the ids of jobs do.
final class SpoolPart: Sendable {
  private struct State {
    var folder: String?
    var lock: FileLock?
    /// Number of files that are being moved into the folder.
    var arriving = 0
  }

  /// Prefix of every part's name.
  static let prefix = "uploads-"
  /// Name of a file in each part. The file contains the path of the part's store.
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
    // A store in memory ends with the process, so its part gets a random name.
    let digest = self.store.map { hexadecimal(SHA256.hash(data: Array($0.utf8)).prefix(16)) }
    name = Self.prefix + (digest ?? RequestID.random())
  }

  /// The folder of this service's files; nil if the service has no files.
  var folder: String? { state.withLock(\.folder) }

  /// True if an earlier process may have left files.
  var mayHaveFiles: Bool { access("\(spool)/\(name)", F_OK) == 0 }

  /// Returns the folder. Creates and locks it if necessary. ``leave()`` must follow.
  ///
  /// - Throws: ``SpoolError``.
  func enter() throws(SpoolError) -> String {
    try state.withLock { (state) throws(SpoolError) in
      if state.folder == nil { (state.folder, state.lock) = try claim() }
      state.arriving += 1
      return state.folder ?? spool
    }
  }

  /// Reports that a file has been moved into the folder, or that the move failed.
  func leave() { state.withLock { $0.arriving -= 1 } }

  /// Removes the folder if it is empty and no file is being moved into it.
  func removeIfEmpty() {
    state.withLock { state in
      guard let folder = state.folder, state.arriving == 0,
        Self.names(in: folder).allSatisfy({ $0 == Self.storeFile })
      else { return }
      unlink("\(folder)/\(Self.storeFile)")
      rmdir(folder)
      (state.folder, state.lock) = (nil, nil)
    }
  }

  /// The folders of other services, whether these are running or not.
  func others() -> [String] {
    let own = folder
    return Self.names(in: spool).filter { $0.hasPrefix(Self.prefix) }.sorted()
      .map { "\(spool)/\($0)" }.filter { $0 != own }
  }

  private func claim() throws(SpoolError) -> (String, FileLock) {
    for number in 0..<Self.nameLimit {
      let folder = "\(spool)/\(name)" + (number == 0 ? "" : "-\(number)")
      guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw SpoolError(.last) }
      guard let lock = try Self.lock(folder) else { continue }
      do throws(FileError) {
        try writeStore(into: folder)
        try FileSystem.synchronize(spool)
      } catch {
        throw SpoolError(error)
      }
      return (folder, lock)
    }
    throw .failed(errno: EBUSY)
  }

  /// Writes the store's path into the folder. The file's time records when the service was last active.
  private func writeStore(into folder: String) throws(FileError) {
    let file = try OpenFile(
      "\(folder)/\(Self.storeFile)", O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW)
    try file.write(Array((store ?? "").utf8))
    try file.synchronize()
  }
}

// MARK: Folders of parts

extension SpoolPart {
  /// Locks a part's folder.
  ///
  /// - Returns: The lock; nil if a service holds the lock or the folder is gone.
  /// - Throws: ``SpoolError``.
  static func lock(_ folder: String) throws(SpoolError) -> FileLock? {
    do throws(FileError) {
      return try OpenFile(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW).locked(at: folder)
    } catch {
      if error.errno == ENOENT { return nil }
      throw SpoolError(error)
    }
  }

  /// Returns whether the store of a part is gone. A store is gone if it was in memory or its path does not exist.
  static func isStoreGone(of folder: String) -> (isGone: Bool, wasInMemory: Bool) {
    let path = "\(folder)/\(storeFile)"
    guard let file = try? OpenFile(path, O_RDONLY | O_NOFOLLOW),
      let bytes = try? file.bytes(count: pathByteLimit)
    else { return (true, false) }
    guard !bytes.isEmpty else { return (true, true) }
    let store = String(decoding: bytes, as: UTF8.self)
    return (access(store, F_OK) != 0 && errno == ENOENT, false)
  }

  /// The names in a folder; empty if the folder cannot be read.
  static func names(in folder: String) -> [String] { (try? FileSystem.names(in: folder)) ?? [] }

  /// Seconds since a file's content, or the names in a folder, last changed; nil if unknown.
  static func age(of path: String) -> Int? {
    guard let status = try? FileStatus(of: path, followsLink: false) else { return nil }
    return time(nil) - status.modified / 1_000_000_000
  }

  /// The path without links, so that two spellings of a path identify the same store.
  private static func realPath(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
