import CMicrohttpd
import Files
import Glibc

/// Why the spool did not accept bytes.
enum SpoolError: FromFileError, Equatable {
  /// No disk space or quota is left.
  case full
  /// No memory is left for small bodies.
  case memory
  /// A system call failed.
  case failed(errno: Int32)

  init(_ error: FileError) { self = error.isFull ? .full : .failed(errno: error.errno) }

  /// The error in the response to the client.
  var httpError: HTTPError {
    switch self {
    case .full: .storageFull
    case .memory: .memoryPressure
    case .failed: .internalFailure
    }
  }
}

/// A file without a name. The system deletes it when its last descriptor is closed or the process ends.
///
/// `@unchecked Sendable`: until ``seal()``, only the receiving connection writes the file and reads its length.
/// ``FileHash`` gets the number of written bytes as an argument. It reads the bytes with `pread`, as all later
/// readers do.
public final class SpoolFile: @unchecked Sendable {
  /// The descriptor of the open file. This object closes it when it is released. Read the file with `pread`.
  public var fileDescriptor: Int32 { file.descriptor }
  let file: OpenFile
  /// Length in bytes.
  public private(set) var byteCount = 0

  /// The space in which the bytes of the file are counted; nil if they are not counted.
  private let space: SpoolSpace?
  /// True if the file is in memory and not on disk.
  let isInMemory: Bool
  /// Number of bytes that the file has reserved in `space`.
  private var taken = 0
  /// The declared length of the upload; 0 if it is unknown.
  private let expected: Int

  /// Opens a file for an upload. The file is in memory if the declared length is small, and otherwise on the disk of
  /// the spool.
  ///
  /// - Parameter byteCount: The declared length; 0 if it is unknown.
  /// - Throws: ``SpoolError``. The error is ``SpoolError/full`` if no space is left or the declared length can never
  ///   fit.
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

  /// Opens a file that only its owner can access.
  ///
  /// - Parameters:
  ///   - directory: The folder of the file.
  ///   - reservation: Number of bytes to reserve now; 0 for none. A full disk is then detected before the body is read.
  /// - Throws: ``SpoolError``.
  init(directory: String, reserving reservation: Int) throws(SpoolError) {
    (space, isInMemory, expected) = (nil, false, reservation)
    file = try SpoolError.from(try OpenFile(unnamedIn: directory))
    guard reservation > 0 else { return }
    // More bytes than are free must not be reserved. The attempt would fill the disk until the file is closed, and
    // other programs could not write.
    guard let free = FileSystem.space(of: directory)?.free, reservation <= free else { throw .full }
    try allocate(reservation)
  }

  /// Opens an existing file by its path, for reading.
  ///
  /// - Throws: ``SpoolError``.
  init(reopening path: String) throws(SpoolError) {
    (space, isInMemory, expected) = (nil, false, 0)
    file = try SpoolError.from(try OpenFile(path, O_RDONLY | O_NOFOLLOW))
    byteCount = try SpoolError.from(try file.status().byteCount)
  }

  deinit { giveBack(taken) }

  /// Gives the sealed file a name. On return, its content is on the disk. Its name is on the disk only after the
  /// directory was also synchronized.
  ///
  /// - Throws: ``SpoolError``.
  func link(as path: String) throws(SpoolError) {
    let isLinked =
      linkat(AT_FDCWD, "/proc/self/fd/\(fileDescriptor)", AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0
    guard isLinked else {
      // A file in memory cannot get a name, so it is copied. The same is true on systems without unnamed files, where
      // the name of the file was already removed.
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

  /// Ends writing and releases reserved space that the file does not use.
  func seal() throws(SpoolError) {
    try SpoolError.from(try file.truncate(to: byteCount))
    giveBack(taken - byteCount)
  }

  /// Reserves enough space for `byteCount` bytes. Space is reserved in steps, but not beyond the declared length.
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

  /// Reserves disk blocks without changing the size of the file, so that the file never seems to contain bytes that
  /// did not arrive. Uses Linux's `fallocate`. On file systems that cannot reserve blocks, `posix_fallocate` would
  /// write every block.
  private func allocate(_ byteCount: Int) throws(SpoolError) {
    do throws(FileError) {
      try retrying { brgsa_fallocate(fileDescriptor, Int64(byteCount)) }
    } catch {
      guard error.errno == EOPNOTSUPP else { throw SpoolError(error) }
    }
  }
}
