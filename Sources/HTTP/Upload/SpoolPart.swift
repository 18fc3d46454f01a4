import Files
import Formats
import Glibc
import Hashing
import Synchronization

/// A store's part of the spool: a folder, which the service of the store locks while the folder contains files.
///
/// Each user has only one default spool, so services with different stores may share it. The folder's name is derived
/// from the path of the store. If another service has locked the folder with that name, for example in another
/// container, the next free name is used. The folder's name therefore does not identify the store of a file. The job
/// ids in the file names do.
final class SpoolPart: Sendable {
  private struct State {
    var folder: String?
    var lock: FileLock?
    /// Number of files that are being moved into the folder.
    var arriving = 0
  }

  /// Prefix of the folder name of every part.
  static let prefix = "uploads-"
  /// Name of the file in each part that contains the path of the store.
  static let storeFile = "store"
  private static let nameLimit = 64
  private static let pathByteLimit = 4096

  let spool: String
  private let store: String?
  private let name: String
  private let state = Mutex(State())

  /// Makes the part of a store.
  ///
  /// - Parameter store: Path of the store's file; nil for a store in memory.
  init(spool: String, store: String?) {
    self.spool = spool
    self.store = store.map(Self.realPath)
    // A store in memory ends with its process, so its part gets a random name.
    let digest = self.store.map { hexadecimal(SHA256.hash(data: Array($0.utf8)).prefix(16)) }
    name = Self.prefix + (digest ?? RequestID.random())
  }

  /// The folder that contains the files of this service; nil if it has no files.
  var folder: String? { state.withLock(\.folder) }

  /// True if an earlier process of this service may have left files.
  var mayHaveFiles: Bool { access("\(spool)/\(name)", F_OK) == 0 }

  /// Returns the folder, and first creates and locks it if necessary. The caller must call ``leave()`` afterwards.
  ///
  /// - Throws: ``SpoolError``.
  func enter() throws(SpoolError) -> String {
    try state.withLock { (state) throws(SpoolError) in
      if state.folder == nil { (state.folder, state.lock) = try claim() }
      state.arriving += 1
      return state.folder ?? spool
    }
  }

  /// Records that a file was moved into the folder, or that moving it failed.
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

  /// The folders of all other services, whether they are running or not.
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

  /// Writes the path of the store into the folder. The file's modification time shows when the service was last
  /// active.
  private func writeStore(into folder: String) throws(FileError) {
    let file = try OpenFile(
      "\(folder)/\(Self.storeFile)", O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW)
    try file.write(Array((store ?? "").utf8))
    try file.synchronize()
  }
}

// MARK: Folders of parts

extension SpoolPart {
  /// Locks the folder of a part.
  ///
  /// - Returns: The lock; nil if a service holds the lock or the folder no longer exists.
  /// - Throws: ``SpoolError``.
  static func lock(_ folder: String) throws(SpoolError) -> FileLock? {
    do throws(FileError) {
      return try OpenFile(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW).locked(at: folder)
    } catch {
      if error.errno == ENOENT { return nil }
      throw SpoolError(error)
    }
  }

  /// Returns whether the store of a part no longer exists. This is the case if the store was in memory or its path
  /// does not exist.
  static func isStoreGone(of folder: String) -> (isGone: Bool, wasInMemory: Bool) {
    let path = "\(folder)/\(storeFile)"
    guard let file = try? OpenFile(path, O_RDONLY | O_NOFOLLOW),
      let bytes = try? file.bytes(count: pathByteLimit)
    else { return (true, false) }
    guard !bytes.isEmpty else { return (true, true) }
    let store = String(decoding: bytes, as: UTF8.self)
    return (access(store, F_OK) != 0 && errno == ENOENT, false)
  }

  /// The names of the files in a folder; empty if the folder cannot be read.
  static func names(in folder: String) -> [String] { (try? FileSystem.names(in: folder)) ?? [] }

  /// Seconds since a file or the list of names in a folder last changed; nil if unknown.
  static func age(of path: String) -> Int? {
    guard let status = try? FileStatus(of: path, followsLink: false) else { return nil }
    return time(nil) - status.modified / 1_000_000_000
  }

  /// Resolves links in a path, so that different paths to the same store become equal.
  private static func realPath(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
