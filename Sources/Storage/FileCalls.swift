import Glibc

/// The few system calls on files that the store needs, with their errors thrown.
enum FileCalls {
  /// Makes an empty file that only its owner reads; one that is there stays as it is.
  static func create(_ path: String) throws(StoreError) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .file(errno: errno) }
    close(descriptor)
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  static func move(_ path: String, to other: String) throws(StoreError) {
    guard rename(path, other) == 0 else { throw .file(errno: errno) }
  }

  /// Gives a file a second name, which must be free.
  static func link(_ path: String, to other: String) throws(StoreError) {
    guard Glibc.link(path, other) == 0 else { throw .file(errno: errno) }
  }

  /// Removes a file; one that is not there is no error.
  static func remove(_ path: String) throws(StoreError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw .file(errno: errno) }
  }

  /// Brings a file, or a folder's list of names, to the disk.
  static func synchronize(_ path: String) throws(StoreError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .file(errno: errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .file(errno: errno) }
  }

  /// The folder of a path.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The last part of a path.
  static func name(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }

  /// Copies a file to a new one that only its owner reads, with `head` in place of its first bytes.
  static func copy(_ path: String, to other: String, head: [UInt8] = []) throws(StoreError) {
    let source = open(path, O_RDONLY | O_CLOEXEC)
    guard source >= 0 else { throw .file(errno: errno) }
    defer { close(source) }
    let target = open(other, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard target >= 0 else { throw .file(errno: errno) }
    defer { close(target) }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var offset = 0
    while true {
      let count = pread(source, &buffer, buffer.count, offset)
      guard count >= 0 else { throw .file(errno: errno) }
      if count == 0 { break }
      try write(buffer, count: count, to: target, at: offset)
      offset += count
    }
    try write(head, count: head.count, to: target, at: 0)
  }

  /// The first `count` bytes of a file, or all if it has fewer.
  static func head(of path: String, count: Int) throws(StoreError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .file(errno: errno) }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: count)
    let read = pread(descriptor, &bytes, count, 0)
    guard read >= 0 else { throw .file(errno: errno) }
    return Array(bytes.prefix(read))
  }

  /// A file's bytes, or 0 where there is none.
  static func size(of path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  private static func write(_ bytes: [UInt8], count: Int, to descriptor: Int32, at offset: Int)
    throws(StoreError)
  {
    var done = 0
    while done < count {
      let written = bytes.withUnsafeBytes {
        pwrite(descriptor, $0.baseAddress.map { $0 + done }, count - done, offset + done)
      }
      guard written > 0 else { throw written < 0 && errno == ENOSPC ? .full : .file(errno: errno) }
      done += written
    }
  }
}
