import Glibc

/// The system calls on files that the store needs, with their errors thrown. Calls that a signal
/// interrupts are repeated.
enum FileCalls {
  /// Calls until no signal interrupts. Returns the call's result; a negative number means failure.
  static func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
      let result = call()
      if result >= 0 || errno != EINTR { return result }
    }
  }

  /// Opens a file and returns its descriptor.
  static func open(_ path: String, _ flags: Int32, mode: mode_t = 0o600) throws(StoreError) -> Int32
  {
    let descriptor = retrying { Glibc.open(path, flags, mode) }
    guard descriptor >= 0 else { throw .file(errno: errno) }
    return descriptor
  }

  /// Makes an empty file that only its owner can read; an existing one stays unchanged.
  static func create(_ path: String) throws(StoreError) {
    close(try open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW))
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  static func move(_ path: String, to other: String) throws(StoreError) {
    guard retrying({ rename(path, other) }) == 0 else { throw .file(errno: errno) }
  }

  /// Gives a file a second name, which must be free.
  static func link(_ path: String, to other: String) throws(StoreError) {
    guard Glibc.link(path, other) == 0 else { throw .file(errno: errno) }
  }

  /// Removes a file. A missing file is not an error.
  static func remove(_ path: String) throws(StoreError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw .file(errno: errno) }
  }

  /// Flushes a file, or a folder's list of names, to the disk.
  static func synchronize(_ path: String) throws(StoreError) {
    let descriptor = try open(path, O_RDONLY | O_CLOEXEC)
    defer { close(descriptor) }
    guard retrying({ fsync(descriptor) }) == 0 else { throw .file(errno: errno) }
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

  /// The names in a folder; empty if it is unreadable.
  static func names(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      // In place: a copy would read 256 bytes, but an entry ends with its name.
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(validating: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if let name, name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// The first `count` bytes of a file, or all if it has fewer.
  static func head(of path: String, count: Int) throws(StoreError) -> [UInt8] {
    let descriptor = try open(path, O_RDONLY | O_CLOEXEC)
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: count)
    guard let found = read(descriptor, into: &bytes, at: 0) else { throw .file(errno: errno) }
    return Array(bytes.prefix(found))
  }

  /// Fills `bytes` from a place in a file, as far as the file reaches.
  ///
  /// - Returns: The number of bytes read; nil after an error.
  static func read(_ descriptor: Int32, into bytes: inout [UInt8], at offset: Int) -> Int? {
    bytes.withUnsafeMutableBytes { buffer in
      var done = 0
      while done < buffer.count {
        let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
        let count = retrying { pread(descriptor, rest.baseAddress, rest.count, offset + done) }
        guard count >= 0 else { return nil }
        guard count > 0 else { break }
        done += count
      }
      return done
    }
  }

  /// The number of bytes of a file; 0 without a file.
  static func size(of path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }
}
