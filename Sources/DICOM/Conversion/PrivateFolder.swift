import Files
import Glibc

/// A folder that only this process uses. It is removed with the object. If the process was killed,
/// the next conversion or start removes it.
///
/// The owner holds a lock on the folder, which ends with the process. Only the holder of the lock
/// may fill or remove the folder; an unlocked folder is abandoned, however new it is. Another
/// process may remove it between its creation and its locking; then the owner makes another.
final class PrivateFolder {
  private static let prefix = "series-"
  /// Most attempts to make a folder, if others keep removing it.
  private static let attempts = 100

  private let lock: FileLock
  private let path: String

  var descriptor: Int32 { lock.file.descriptor }

  /// Removes leftovers of killed processes, and makes a folder.
  ///
  /// - Parameters: - parent: A folder that only this user may enter. - isMade: For tests: called
  ///   for each new folder before it is locked.
  /// - Throws: ``SeriesError/storageFull``, ``SeriesError/inputOutput(errno:)``.
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

  /// Makes a folder in it.
  func makeFolder(_ name: String) throws(SeriesError) {
    try SeriesError.from(try retrying { mkdirat(descriptor, name, S_IRWXU) })
  }

  /// The names of the regular files in a folder of it.
  func files(in name: String) throws(SeriesError) -> [String] {
    try SeriesError.from(try FileSystem.names(in: "\(path)/\(name)"))
  }

  /// Removes leftovers of killed processes.
  static func removeAbandoned(in parent: String) {
    for name in (try? FileSystem.names(in: parent)) ?? [] where name.hasPrefix(prefix) {
      let path = "\(parent)/\(name)"
      guard let folder = try? OpenFile(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW),
        let lock = folder.locked(at: path)
      else { continue }
      withExtendedLifetime(lock) { remove(path) }
    }
  }

  /// A new folder with this process's lock; nil if it was removed before it was locked.
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

  /// Removes up to two levels, as deep as work folders are; links are removed, not followed.
  private static func remove(_ path: String, depth: Int = 0) {
    guard depth < 3, let names = try? FileSystem.names(in: path) else { return }
    for name in names {
      let inner = "\(path)/\(name)"
      if unlink(inner) != 0 { remove(inner, depth: depth + 1) }
    }
    rmdir(path)
  }
}
