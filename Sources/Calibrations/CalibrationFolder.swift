internal import Files
internal import Glibc

/// A folder that contains calibrations. Each calibration is a file `NAME.json`. Files are never incomplete, because
/// they are written atomically.
struct CalibrationFolder: Sendable {
  let path: String

  static let suffix = ".json"

  /// Returns the sorted names of the files that may be calibrations; empty if the folder does not exist. Skips names
  /// that start with a full stop, because they are drafts of killed processes.
  ///
  /// - Throws: ``CalibrationError/file(errno:)``.
  func fileNames() throws(CalibrationError) -> [String] {
    try names().filter { $0.hasSuffix(Self.suffix) && !$0.hasPrefix(".") }.sorted()
  }

  private func names() throws(CalibrationError) -> [String] {
    do throws(FileError) {
      return try FileSystem.names(in: path)
    } catch {
      guard error.errno == ENOENT else { throw CalibrationError(error) }
      return []
    }
  }

  /// Reads the calibration in a file of the folder. The calibration's name must match the file's name.
  ///
  /// - Throws: ``CalibrationError``.
  func calibration(in fileName: String) throws(CalibrationError) -> Calibration {
    let calibration = try Calibration(contentsOf: "\(path)/\(fileName)")
    guard "\(calibration.name)\(Self.suffix)" == fileName else {
      throw .member(pointer: "/name", reason: "is not the file's name")
    }
    return calibration
  }

  /// Writes the file of a calibration atomically. The bytes are on the disk before the file gets its final name. The
  /// name is on the disk before this function returns.
  ///
  /// - Parameter placed: Called as soon as the file has its final name.
  /// - Throws: ``CalibrationError/file(errno:)``.
  func write(_ calibration: Calibration, placed: () -> Void) throws(CalibrationError) {
    try make(path)
    do throws(FileError) {
      let draft = try draft(of: calibration.name)
      try draft.file.write(calibration.bytes)
      try draft.place(placed: placed)
    } catch {
      throw CalibrationError(error)
    }
  }

  /// Creates a draft. The draft is locked while it is open, so that no other process removes it.
  private func draft(of name: String) throws(FileError) -> AtomicFile {
    while true {
      let number = String(UInt64.random(in: .min ... .max), radix: 16)
      let draft = try AtomicFile(file(name), draft: "\(path)/.\(name).\(number)")
      // Another process may have removed the draft before it was locked.
      let isLocked = (try? draft.file.lock()) != nil
      if isLocked, try draft.file.status().nameCount > 0 { return draft }
    }
  }

  /// Removes the drafts of killed processes. Running processes lock their drafts, so these drafts remain.
  func removeAbandonedDrafts() {
    guard let names = try? names() else { return }
    for name in names where Self.isDraft(name) {
      let path = "\(path)/\(name)"
      guard let draft = try? OpenFile(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) else { continue }
      // The lock on the draft is held until the draft has been removed.
      withExtendedLifetime(draft) { if (try? draft.lock()) != nil { unlink(path) } }
    }
  }

  /// Whether a file name has the form `.NAME.NUMBER` of a draft.
  private static func isDraft(_ name: String) -> Bool {
    let parts = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].isEmpty, !parts[1].isEmpty, (1...16).contains(parts[2].count)
    else { return false }
    func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    return parts[1].allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
      && parts[2].allSatisfy { isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) }
  }

  /// Removes the file of a calibration. A missing file is not an error.
  ///
  /// - Throws: ``CalibrationError/file(errno:)``.
  func remove(_ name: String) throws(CalibrationError) {
    try CalibrationError.from(try FileSystem.remove(file(name)))
    try sync(path)
  }

  private func file(_ name: String) -> String { "\(path)/\(name)\(Self.suffix)" }

  /// Creates `folder` and its missing parents. Only the owner can access the new folders.
  private func make(_ folder: String) throws(CalibrationError) {
    if mkdir(folder, 0o700) == 0 { return try sync(FileSystem.folder(of: folder)) }
    switch errno {
    case EEXIST: return
    case ENOENT:
      let parent = FileSystem.folder(of: folder)
      guard parent != folder else { throw .file(errno: ENOENT) }
      try make(parent)
      guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw .file(errno: errno) }
      try sync(parent)
    case let code: throw .file(errno: code)
    }
  }

  private func sync(_ folder: String) throws(CalibrationError) {
    try CalibrationError.from(try FileSystem.synchronize(folder))
  }
}

extension Calibration {
  /// Reads a calibration from a file.
  ///
  /// - Throws: ``CalibrationError``.
  public init(contentsOf path: String) throws(CalibrationError) {
    let file = try CalibrationError.from(try OpenFile(regular: path))
    let byteCount = try CalibrationError.from(try file.status().byteCount)
    guard byteCount <= Self.byteLimit else {
      throw .tooLarge(bytes: byteCount, limit: Self.byteLimit)
    }
    // Reads one byte more than the limit. The file may have grown after its size was checked, and the parser then
    // refuses it.
    try self.init(
      parsing: CalibrationError.from(
        try file.bytes(at: 0, count: Self.byteLimit + 1)))
  }
}
