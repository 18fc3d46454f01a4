internal import Glibc

/// Functions that take paths.
public enum FileSystem {
  /// True if a file or folder exists at the path.
  public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Returns the length of a file in bytes, or 0 if it does not exist.
  public static func byteCount(of path: String) -> Int {
    (try? FileStatus(of: path))?.byteCount ?? 0
  }

  /// Creates an empty file that only its owner can access. An existing file is not changed.
  ///
  /// - Throws: ``FileError``.
  public static func create(_ path: String) throws(FileError) {
    _ = try OpenFile(path, O_RDWR | O_CREAT | O_NOFOLLOW)
  }

  /// Creates a folder and its missing parents. Only their owner can access them. Existing folders are not changed.
  ///
  /// - Throws: ``FileError``.
  public static func createFolders(_ path: String) throws(FileError) {
    if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
    let error = FileError.last
    let parent = folder(of: path)
    guard error.errno == ENOENT, parent != path, parent != "." else { throw error }
    try createFolders(parent)
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .last }
  }

  /// Renames a file, or moves it within a file system. An existing file at the new path is replaced.
  ///
  /// - Throws: ``FileError``.
  public static func move(_ path: String, to other: String) throws(FileError) {
    try retrying { rename(path, other) }
  }

  /// Creates a hard link. No file may exist at the path `other`.
  ///
  /// - Throws: ``FileError``.
  public static func link(_ path: String, to other: String) throws(FileError) {
    try retrying { Glibc.link(path, other) }
  }

  /// Removes a file. Does nothing if it does not exist.
  ///
  /// - Throws: ``FileError``.
  public static func remove(_ path: String) throws(FileError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw .last }
  }

  /// Returns the names of all files in a folder, sorted, without `.` and `..`. Bytes that are not valid UTF-8 are
  /// replaced.
  ///
  /// - Throws: ``FileError``.
  public static func names(in folder: String) throws(FileError) -> [String] {
    try OpenFile(folder: folder).names()
  }

  /// Waits until the content of a file, or the list of names in a folder, is on the disk. Does nothing for a folder
  /// if the file system does not support this.
  ///
  /// - Throws: ``FileError``.
  public static func synchronize(_ path: String) throws(FileError) {
    let file = try OpenFile(path)
    do throws(FileError) {
      try file.synchronize()
    } catch {
      // Some file systems do not support this call for folders.
      guard error.errno == EINVAL else { throw error }
    }
  }

  /// Returns the folder part of a path.
  public static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Returns the last component of a path.
  public static func name(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }

  /// Returns the text of a small file that the system generates, for example in `/proc`; nil if it cannot be read.
  public static func systemText(_ path: String) -> String? {
    (try? OpenFile(path).bytes(count: 1 << 16)).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  /// Returns the size of a folder's file system and the free space for this user, in bytes; nil if they are unknown.
  public static func space(of folder: String) -> (free: Int, size: Int)? {
    var status = statvfs()
    guard (try? retrying { statvfs(folder, &status) }) != nil else { return nil }
    func bytes(_ blocks: fsblkcnt_t) -> Int {
      let (product, overflows) = blocks.multipliedReportingOverflow(by: UInt(status.f_frsize))
      return overflows ? .max : Int(clamping: product)
    }
    return (bytes(status.f_bavail), bytes(status.f_blocks))
  }
}
