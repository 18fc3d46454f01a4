import Glibc

/// A folder that only this process uses; it goes with the object, and if the process is killed, with the next one's start.
final class PrivateFolder {
  private static let prefix = "series-"
  /// Seconds for which a folder without a lock is left alone.
  private static let youngest = 60

  let descriptor: Int32
  private let path: String

  /// - Parameter parent: A folder of ours that nobody else may enter.
  /// - Throws: ``SeriesError/storageFull``, ``SeriesError/inputOutput(errno:)``.
  init(in parent: String) throws(SeriesError) {
    var template = Array("\(parent)/\(Self.prefix)XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SeriesError(errno: errno) }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else {
      let code = errno
      rmdir(path)
      throw SeriesError(errno: code)
    }
    // Says that somebody works here; ends with the process.
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw SeriesError(errno: errno) }
  }

  deinit {
    Self.remove(path)
    close(descriptor)
  }

  /// Makes a folder in it.
  func makeFolder(_ name: String) throws(SeriesError) {
    guard mkdirat(descriptor, name, S_IRWXU) == 0 else { throw SeriesError(errno: errno) }
  }

  /// The regular files of a folder in it, by name.
  func files(in name: String) throws(SeriesError) -> [String] {
    guard let listing = opendir("\(path)/\(name)") else { throw SeriesError(errno: errno) }
    defer { closedir(listing) }
    return Self.names(listing).sorted()
  }

  /// Removes what killed processes left behind.
  static func removeAbandoned(in parent: String) {
    guard let listing = opendir(parent) else { return }
    defer { closedir(listing) }
    for name in names(listing) where name.hasPrefix(prefix) {
      let path = "\(parent)/\(name)"
      let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      var status = stat()
      // Between making a folder and locking it there is a moment in which nobody seems to work there.
      guard fstat(descriptor, &status) == 0, time(nil) - status.st_mtim.tv_sec > youngest else {
        continue
      }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { remove(path) }
    }
  }

  /// Two levels deep, as ours are; links are removed, not followed.
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
