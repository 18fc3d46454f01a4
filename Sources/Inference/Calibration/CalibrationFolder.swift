internal import Glibc

/// A folder with calibrations, each a file `NAME.json` that is there as a whole or not at all.
struct CalibrationFolder: Sendable {
  let path: String

  static let suffix = ".json"

  /// Names of the files that look like calibrations, in order; empty without a folder. Drafts that
  /// a killed process left start with a full stop and are skipped.
  ///
  /// - Throws: ``CalibrationError/file(errno:)``.
  func fileNames() throws(CalibrationError) -> [String] {
    try names().filter { $0.hasSuffix(Self.suffix) && !$0.hasPrefix(".") }.sorted()
  }

  private func names() throws(CalibrationError) -> [String] {
    guard let folder = opendir(path) else {
      guard errno != ENOENT else { return [] }
      throw .file(errno: errno)
    }
    defer { closedir(folder) }
    guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { throw .file(errno: EINVAL) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self)
      names.append(String(cString: name))
    }
    return names
  }

  /// The calibration in a file of the folder.
  ///
  /// - Throws: ``CalibrationError``.
  func calibration(in fileName: String) throws(CalibrationError) -> Calibration {
    let calibration = try Calibration(contentsOf: "\(path)/\(fileName)")
    guard "\(calibration.name)\(Self.suffix)" == fileName else {
      throw .member(pointer: "/name", reason: "is not the file's name")
    }
    return calibration
  }

  /// Makes or replaces the file of `calibration`: a draft is written and reaches the disk before it gets the
  /// name, and the name reaches the disk before this returns.
  ///
  /// - Parameter placed: Called as soon as the file has its name.
  /// - Throws: ``CalibrationError/file(errno:)``.
  func write(_ calibration: Calibration, placed: () -> Void) throws(CalibrationError) {
    try make(path)
    let (draft, descriptor) = try draft(of: calibration.name)
    do throws(CalibrationError) {
      do throws(CalibrationError) {
        try Self.write(calibration.bytes, to: descriptor)
        try Self.check(Self.retrying { fsync(descriptor) })
        let place = file(calibration.name)
        try Self.check(Self.retrying { rename(draft, place) })
      } catch {
        close(descriptor)
        throw error
      }
      try Self.check(close(descriptor))
    } catch {
      unlink(draft)
      throw error
    }
    placed()
    try sync(path)
  }

  /// A draft that is locked as long as it is open, so that nobody sweeps it.
  private func draft(of name: String) throws(CalibrationError) -> (path: String, descriptor: Int32)
  {
    while true {
      let number = String(UInt64.random(in: .min ... .max), radix: 16)
      let draft = "\(path)/.\(name).\(number)"
      let descriptor = Self.retrying {
        open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      }
      guard descriptor >= 0 else { throw .file(errno: errno) }
      var status = stat()
      if Self.retrying({ flock(descriptor, LOCK_EX | LOCK_NB) }) == 0,
        fstat(descriptor, &status) == 0, status.st_nlink > 0
      {
        return (draft, descriptor)
      }
      // Somebody swept it before it was locked.
      close(descriptor)
      unlink(draft)
    }
  }

  /// Removes drafts that killed processes left. Those of a process that lives are locked and stay.
  func removeAbandonedDrafts() {
    guard let names = try? names() else { return }
    for name in names where Self.isDraft(name) {
      let draft = "\(path)/\(name)"
      let descriptor = Self.retrying { open(draft, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) }
      guard descriptor >= 0 else { continue }
      if Self.retrying({ flock(descriptor, LOCK_EX | LOCK_NB) }) == 0 { unlink(draft) }
      close(descriptor)
    }
  }

  /// Whether a name is `.NAME.NUMBER`, as ``draft(of:)`` makes it.
  private static func isDraft(_ name: String) -> Bool {
    let parts = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].isEmpty, !parts[1].isEmpty, (1...16).contains(parts[2].count)
    else { return false }
    func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    return parts[1].allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
      && parts[2].allSatisfy { isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) }
  }

  /// The result of a call that returns a negative number on failure, made again as long as a signal interrupts it.
  private static func retrying(_ call: () -> Int32) -> Int32 {
    while true {
      let result = call()
      if result >= 0 || errno != EINTR { return result }
    }
  }

  /// Removes the file of a calibration; a missing file is not an error.
  ///
  /// - Throws: ``CalibrationError/file(errno:)``.
  func remove(_ name: String) throws(CalibrationError) {
    guard unlink(file(name)) == 0 || errno == ENOENT else { throw .file(errno: errno) }
    try sync(path)
  }

  private func file(_ name: String) -> String { "\(path)/\(name)\(Self.suffix)" }

  /// Makes `folder` and those above it, as far as they are missing, for the owner alone.
  private func make(_ folder: String) throws(CalibrationError) {
    if mkdir(folder, 0o700) == 0 { return try sync(Self.parent(of: folder)) }
    switch errno {
    case EEXIST: return
    case ENOENT:
      let parent = Self.parent(of: folder)
      guard parent != folder else { throw .file(errno: ENOENT) }
      try make(parent)
      guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw .file(errno: errno) }
      try sync(parent)
    case let code: throw .file(errno: code)
    }
  }

  private func sync(_ folder: String) throws(CalibrationError) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .file(errno: errno) }
    defer { close(descriptor) }
    try Self.check(Self.retrying { fsync(descriptor) })
  }

  private static func parent(of path: String) -> String {
    let parts = path.split(separator: "/")
    if path.hasPrefix("/") { return "/" + parts.dropLast().joined(separator: "/") }
    return parts.count > 1 ? parts.dropLast().joined(separator: "/") : "."
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) throws(CalibrationError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw .file(errno: count < 0 ? errno : EIO) }
      rest = rest.dropFirst(count)
    }
  }

  private static func check(_ result: Int32) throws(CalibrationError) {
    guard result == 0 else { throw .file(errno: errno) }
  }
}

extension Calibration {
  /// Reads a file.
  ///
  /// - Throws: ``CalibrationError``.
  public init(contentsOf path: String) throws(CalibrationError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw .file(errno: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .file(errno: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .file(errno: EINVAL) }
    guard status.st_size <= Self.byteLimit else {
      throw .tooLarge(bytes: Int(status.st_size), limit: Self.byteLimit)
    }
    try self.init(parsing: Self.bytes(of: descriptor))
  }

  /// At most one byte more than a document may have: the parser refuses what grew since it was measured.
  private static func bytes(of descriptor: Int32) throws(CalibrationError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: byteLimit + 1)
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress, $0.count, off_t(done))
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .file(errno: errno) }
      guard count > 0 else { break }
      done += count
    }
    return Array(bytes.prefix(done))
  }
}
