import CMicrohttpd
import Files
import Glibc

/// Why the spool refused bytes.
enum SpoolError: FromFileError, Equatable {
  /// No space or quota is left.
  case full
  /// No memory for small bodies is left.
  case memory
  /// A system call failed.
  case failed(errno: Int32)

  init(_ error: FileError) { self = error.isFull ? .full : .failed(errno: error.errno) }

  /// The error that the client gets.
  var httpError: HTTPError {
    switch self {
    case .full: .storageFull
    case .memory: .memoryPressure
    case .failed: .internalFailure
    }
  }
}

/// A file without a name. The system removes the file when its last reference is released or the process ends.
///
/// `@unchecked Sendable`: until ``seal()``, only the receiving connection writes the file and reads
/// its length. ``FileHash`` gets the number of written bytes as an argument. It reads the bytes
/// with `pread`, like all later readers.
public final class SpoolFile: @unchecked Sendable {
  /// The descriptor of the open file. It is closed with this object. Read it with `pread`.
  public var fileDescriptor: Int32 { file.descriptor }
  let file: OpenFile
  /// Length in bytes.
  public private(set) var byteCount = 0

  /// The space that the file's bytes count toward; nil if they do not count.
  private let space: SpoolSpace?
  /// True if the bytes are in memory and not on the disk.
  let isInMemory: Bool
  /// Number of bytes that this file has taken from `space`.
  private var taken = 0
  /// The announced length; 0 if unknown.
  private let expected: Int

  /// Opens a file for an upload. The file is in memory if the announced length is small, otherwise on the spool's disk.
  ///
  /// - Parameter byteCount: The announced length, or 0.
  /// - Throws: ``SpoolError``. It is ``SpoolError/full`` if the announced length can never fit or no space is left.
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
  /// - Parameters:
  ///   - directory: The folder of the file.
  ///   - reservation: Bytes to reserve now, so that a full disk is detected before the body is read; 0 for none.
  /// - Throws: ``SpoolError``.
  init(directory: String, reserving reservation: Int) throws(SpoolError) {
    (space, isInMemory, expected) = (nil, false, reservation)
    file = try SpoolError.from(try OpenFile(unnamedIn: directory))
    guard reservation > 0 else { return }
    // Does not try to reserve more than is free. The attempt would fill the disk for other programs
    // until the file is closed.
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

  /// Gives the sealed file a name. On return, the bytes are on the disk. The name is on the disk
  /// only after its directory has been flushed.
  ///
  /// - Throws: ``SpoolError``.
  func link(as path: String) throws(SpoolError) {
    let isLinked =
      linkat(AT_FDCWD, "/proc/self/fd/\(fileDescriptor)", AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0
    guard isLinked else {
      // Copies the file if it cannot get a name. This is the case for a file in memory, and on
      // systems without unnamed files, where the file's name is already removed.
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

  /// Releases reserved space that is unused.
  func seal() throws(SpoolError) {
    try SpoolError.from(try file.truncate(to: byteCount))
    giveBack(taken - byteCount)
  }

  /// Reserves space until the file can contain `byteCount` bytes. Space is reserved in steps, but
  /// not beyond the announced length.
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

  /// Opens a file in memory; nil if the body may be large or too little memory is left.
  private static func openMemory(in space: SpoolSpace, _ byteCount: Int) -> OpenFile? {
    guard (1...SpoolSpace.smallBodyByteLimit).contains(byteCount),
      space.takeMemory(SpoolSpace.memoryStep)
    else { return nil }
    let descriptor = brgsa_memory_file()
    guard descriptor < 0 else { return OpenFile(owning: descriptor) }
    space.giveBackMemory(SpoolSpace.memoryStep)
    return nil
  }

  /// Reserves blocks without changing the size, so that the file never seems to contain bytes that did not arrive. Uses
  /// Linux's `fallocate`. If the file system cannot reserve blocks, `posix_fallocate` would write every block.
  private func allocate(_ byteCount: Int) throws(SpoolError) {
    do throws(FileError) {
      try retrying { brgsa_fallocate(fileDescriptor, Int64(byteCount)) }
    } catch {
      guard error.errno == EOPNOTSUPP else { throw SpoolError(error) }
    }
  }
}
