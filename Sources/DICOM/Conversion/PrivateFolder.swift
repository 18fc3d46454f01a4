import Files
import Glibc

/// A folder that only this process uses. It is removed when this object is released.
///
/// If the process is killed, the next conversion or the next start of the service removes the folder.
///
/// The owner locks the folder. The lock ends with the process. Only the process that holds the lock may write to the
/// folder or remove it. A folder without a lock counts as abandoned, even if it is new. Another process may therefore
/// remove a new folder before its owner has locked it. The owner then makes another folder.
final class PrivateFolder {
  private static let prefix = "series-"
  /// Maximum number of attempts to make a folder, in case other processes keep removing it.
  private static let attempts = 100

  private let lock: FileLock
  private let path: String

  var descriptor: Int32 { lock.file.descriptor }

  /// Removes the folders of killed processes, and makes a new folder.
  ///
  /// - Parameters:
  ///   - parent: A folder that only this user can access.
  ///   - isMade: Called after each new folder is made and before it is locked; only tests use this.
  /// - Throws: ``SeriesError/storageFull`` or ``SeriesError/inputOutput(errno:)``.
  init(in parent: String, isMade: () -> Void = {}) throws(SeriesError) {
    Self.removeAbandoned(in: parent)
    var made: (path: String, lock: FileLock)?
    for _ in 0..<Self.attempts where made == nil {
      made = try Self.lockedFolder(in: parent, isMade)
    }
    guard let made else { throw .inputOutput(errno: EBUSY) }
    (path, lock) = made
  }

  deinit { Self.remove(path) }

  /// Makes a subfolder.
  func makeFolder(_ name: String) throws(SeriesError) {
    try SeriesError.from(try retrying { mkdirat(descriptor, name, S_IRWXU) })
  }

  /// Returns the names of the regular files in a subfolder.
  func files(in name: String) throws(SeriesError) -> [String] {
    try SeriesError.from(try FileSystem.names(in: "\(path)/\(name)"))
  }

  /// Removes the folders of killed processes.
  static func removeAbandoned(in parent: String) {
    for name in (try? FileSystem.names(in: parent)) ?? [] where name.hasPrefix(prefix) {
      let path = "\(parent)/\(name)"
      guard let folder = try? OpenFile(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW),
        let lock = folder.locked(at: path)
      else { continue }
      withExtendedLifetime(lock) { remove(path) }
    }
  }

  /// Makes a folder and locks it. Returns nil if another process removed the folder before it was locked.
  private static func lockedFolder(
    in parent: String, _ isMade: () -> Void
  ) throws(SeriesError) -> (path: String, lock: FileLock)? {
    var template = Array("\(parent)/\(prefix)XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SeriesError(.last) }
    isMade()
    let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    do throws(FileError) {
      let folder = try OpenFile(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
      return folder.locked(at: path).map { (path, $0) }
    } catch {
      if error.errno == ENOENT { return nil }
      rmdir(path)
      throw SeriesError(error)
    }
  }

  /// Removes a folder with up to two levels of subfolders. Links are removed but not followed.
  private static func remove(_ path: String, depth: Int = 0) {
    guard depth < 3, let names = try? FileSystem.names(in: path) else { return }
    for name in names {
      let inner = "\(path)/\(name)"
      if unlink(inner) != 0 { remove(inner, depth: depth + 1) }
    }
    rmdir(path)
  }
}
