import Glibc

/// A folder that only this process uses. It is removed with the object; after a kill, by the next
/// conversion or start.
///
/// The owner holds a lock on the folder, which ends with the process. Only the holder of the lock
/// may fill or remove the folder; an unlocked folder is abandoned, however new it is. Between
/// making and locking, another process may remove it; then the owner makes another.
final class PrivateFolder {
  private static let prefix = "series-"
  /// Most attempts to make a folder, if others keep removing it.
  private static let attempts = 100

  let descriptor: Int32
  private let path: String

  /// Removes leftovers of killed processes, and makes a folder.
  ///
  /// - Parameters:
  ///   - parent: A folder that only we may enter.
  ///   - isMade: For tests: called for each new folder before it is locked.
  /// - Throws: ``SeriesError/storageFull``, ``SeriesError/inputOutput(errno:)``.
  init(in parent: String, isMade: () -> Void = {}) throws(SeriesError) {
    Self.removeAbandoned(in: parent)
    var made: (path: String, descriptor: Int32)?
    for _ in 0..<Self.attempts where made == nil {
      made = try Self.lockedFolder(in: parent, isMade)
    }
    guard let made else { throw .inputOutput(errno: EBUSY) }
    (path, descriptor) = made
  }

  deinit {
    Self.remove(path)
    close(descriptor)
  }

  /// Makes a folder in it.
  func makeFolder(_ name: String) throws(SeriesError) {
    guard mkdirat(descriptor, name, S_IRWXU) == 0 else { throw SeriesError(errno: errno) }
  }

  /// The names of the regular files in a folder of it.
  func files(in name: String) throws(SeriesError) -> [String] {
    guard let listing = opendir("\(path)/\(name)") else { throw SeriesError(errno: errno) }
    defer { closedir(listing) }
    return Self.names(listing).sorted()
  }

  /// Removes leftovers of killed processes.
  static func removeAbandoned(in parent: String) {
    guard let listing = opendir(parent) else { return }
    defer { closedir(listing) }
    for name in names(listing) where name.hasPrefix(prefix) {
      let path = "\(parent)/\(name)"
      let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      if isLocked(descriptor, at: path) { remove(path) }
    }
  }

  /// A new folder with our lock; nil if it was removed before it was locked.
  private static func lockedFolder(
    in parent: String, _ isMade: () -> Void
  ) throws(SeriesError) -> (path: String, descriptor: Int32)? {
    var template = Array("\(parent)/\(prefix)XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SeriesError(errno: errno) }
    isMade()
    let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else {
      let code = errno
      if code == ENOENT { return nil }
      rmdir(path)
      throw SeriesError(errno: code)
    }
    guard isLocked(descriptor, at: path) else {
      close(descriptor)
      return nil
    }
    return (path, descriptor)
  }

  /// Locks an open folder.
  ///
  /// - Returns: Whether we have the lock, and the folder is still the one at `path`.
  private static func isLocked(_ descriptor: Int32, at path: String) -> Bool {
    var (mine, named) = (stat(), stat())
    return flock(descriptor, LOCK_EX | LOCK_NB) == 0 && fstat(descriptor, &mine) == 0
      && lstat(path, &named) == 0 && mine.st_dev == named.st_dev && mine.st_ino == named.st_ino
  }

  /// Removes two levels, as deep as our folders; links are removed, not followed.
  private static func remove(_ path: String, depth: Int = 0) {
    guard depth < 3, let listing = opendir(path) else { return }
    for name in names(listing) {
      let inner = "\(path)/\(name)"
      if unlink(inner) != 0 { remove(inner, depth: depth + 1) }
    }
    closedir(listing)
    rmdir(path)
  }

  private static func names(_ listing: OpaquePointer) -> [String] {
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
}
