import CMicrohttpd
import Files
import Glibc

/// Why the spool refused bytes.
enum SpoolError: FromFileError, Equatable {
  /// No space or quota is left.
  case full
  /// Small bodies use all their memory, and the disk has no space either.
  case memory
  /// A system call failed.
  case failed(errno: Int32)

  init(_ error: FileError) { self = error.isFull ? .full : .failed(errno: error.errno) }

  /// The client's error.
  var httpError: HTTPError {
    switch self {
    case .full: .storageFull
    case .memory: .memoryPressure
    case .failed: .internalFailure
    }
  }
}

/// A file without a name; it is removed with its last reference or with the process.
///
/// `@unchecked Sendable`: until ``seal()`` only the receiving connection writes and knows the
/// length. ``FileHash`` gets the range of written bytes and reads them with `pread`, like all later
/// readers.
public final class SpoolFile: @unchecked Sendable {
  /// The open file, closed with this object; read it with `pread`.
  public var fileDescriptor: Int32 { file.descriptor }
  let file: OpenFile
  /// Length in bytes.
  public private(set) var byteCount = 0

  /// The space that the file uses while it grows; nil if it does not count.
  private let space: SpoolSpace?
  /// Whether the bytes are in memory instead of on the disk.
  let isInMemory: Bool
  /// Bytes of the space in use.
  private var taken = 0
  /// The announced length; 0 if unknown.
  private let expected: Int

  /// Opens a file for an upload: in memory for a small announced length, otherwise on the spool's
  /// disk.
  ///
  /// - Parameter byteCount: The announced length, or 0.
  /// - Throws: ``SpoolError``; ``SpoolError/full`` if the whole length can never fit, or no space
  ///   is left.
  init(in space: SpoolSpace, expecting byteCount: Int) throws(SpoolError) {
    self.space = space
    expected = byteCount
    let memory = Self.openMemory(in: space, byteCount)
    isInMemory = memory != nil
    if let memory {
      file = memory
      taken = SpoolSpace.memoryStep
      return
    }
    try space.requireRoom(for: byteCount)
    file = try SpoolError.from(try OpenFile(unnamedIn: space.directory))
    if byteCount > 0 { try takeSpace(for: 1) }
  }

  /// Opens a file that only its owner may access.
  ///
  /// - Parameters: - directory: Where the file is made. - reserving: Bytes to reserve now, so that
  ///   a full disk is noticed before anything is sent.
  /// - Throws: ``SpoolError``.
  init(directory: String, reserving reservation: Int) throws(SpoolError) {
    (space, isInMemory, expected) = (nil, false, reservation)
    file = try SpoolError.from(try OpenFile(unnamedIn: directory))
    guard reservation > 0 else { return }
    // An attempt that must fail would fill the disk for other programs until the file is closed.
    guard let free = FileSystem.space(of: directory)?.free, reservation <= free else { throw .full }
    try allocate(reservation)
  }

  /// Opens a named file.
  ///
  /// - Throws: ``SpoolError``.
  init(reopening path: String) throws(SpoolError) {
    (space, isInMemory, expected) = (nil, false, 0)
    file = try SpoolError.from(try OpenFile(path, O_RDONLY | O_NOFOLLOW))
    byteCount = try SpoolError.from(try file.status().byteCount)
  }

  deinit { giveBack(taken) }

  /// Gives the sealed file a name. On return the bytes are on the disk; the name is there only
  /// after its directory was flushed.
  ///
  /// - Throws: ``SpoolError``.
  func link(as path: String) throws(SpoolError) {
    let isLinked =
      linkat(AT_FDCWD, "/proc/self/fd/\(fileDescriptor)", AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0
    guard isLinked else {
      // On systems without unnamed files, this file's name is already removed; a file in memory
      // cannot get a name.
      guard errno == ENOENT || errno == EXDEV else { throw SpoolError(.last) }
      return try copy(to: path)
    }
    try SpoolError.from(try file.synchronize())
  }

  private func copy(to path: String) throws(SpoolError) {
    do throws(FileError) {
      let target = try OpenFile(path, O_WRONLY | O_CREAT | O_EXCL)
      try file.copy(byteCount, to: target)
      try target.synchronize()
    } catch {
      throw SpoolError(error)
    }
  }

  /// Appends `bytes`.
  ///
  /// - Throws: ``SpoolError``.
  func append(_ bytes: UnsafeRawBufferPointer) throws(SpoolError) {
    try takeSpace(for: byteCount + bytes.count)
    try SpoolError.from(try file.write(bytes))
    byteCount += bytes.count
  }

  /// Gives unused reserved space back.
  func seal() throws(SpoolError) {
    try SpoolError.from(try file.truncate(to: byteCount))
    giveBack(taken - byteCount)
  }

  /// Takes space for this many bytes: in steps, but not beyond the announced length.
  private func takeSpace(for byteCount: Int) throws(SpoolError) {
    guard let space, byteCount > taken else { return }
    let step = isInMemory ? SpoolSpace.memoryStep : SpoolSpace.diskStep
    let end = expected > 0 ? max(expected, byteCount) : Int.max
    let more = min(max(byteCount, taken + step), end) - taken
    if isInMemory {
      guard space.takeMemory(more) else { throw .memory }
      taken += more
    } else {
      taken += try space.take(more, atLeast: byteCount - taken)
      try allocate(taken)
    }
  }

  private func giveBack(_ count: Int) {
    guard let space, count > 0 else { return }
    taken -= count
    if isInMemory { space.giveBackMemory(count) } else { space.giveBack(count) }
  }

  /// A file in memory; nil if the body may be large, or memory is short.
  private static func openMemory(in space: SpoolSpace, _ byteCount: Int) -> OpenFile? {
    guard (1...SpoolSpace.smallBodyByteLimit).contains(byteCount),
      space.takeMemory(SpoolSpace.memoryStep)
    else { return nil }
    let descriptor = brgsa_memory_file()
    guard descriptor < 0 else { return OpenFile(owning: descriptor) }
    space.giveBackMemory(SpoolSpace.memoryStep)
    return nil
  }

  /// Reserves blocks without changing the size, so that the file never seems to hold bytes that did
  /// not arrive. This is the Linux call: `posix_fallocate` writes every block where the file system
  /// cannot reserve.
  private func allocate(_ byteCount: Int) throws(SpoolError) {
    do throws(FileError) {
      try retrying { brgsa_fallocate(fileDescriptor, Int64(byteCount)) }
    } catch {
      guard error.errno == EOPNOTSUPP else { throw SpoolError(error) }
    }
  }
}
