import CMicrohttpd
import Glibc

/// Why the spool refused bytes.
enum SpoolError: Error, Equatable {
  /// No space or quota is left.
  case full
  /// Small bodies use all their memory, and the disk has no space either.
  case memory
  /// A system call failed.
  case failed(errno: Int32)

  init(errno code: Int32) {
    self = code == ENOSPC || code == EDQUOT ? .full : .failed(errno: code)
  }

  /// The client's error.
  var httpError: HTTPError {
    switch self {
    case .full: .storageFull
    case .memory: .memoryPressure
    case .failed: .internalFailure
    }
  }
}

/// A file without a name; it ends with its last reference or with the process.
///
/// `@unchecked Sendable`: until ``seal()`` only the receiving connection writes and knows the
/// length. ``FileHash`` gets the range of written bytes and reads them with `pread`, like all later
/// readers.
public final class SpoolFile: @unchecked Sendable {
  /// The open file, closed with this object; read it with `pread`.
  public let fileDescriptor: Int32
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
      fileDescriptor = memory
      taken = SpoolSpace.memoryStep
      return
    }
    try space.requireRoom(for: byteCount)
    fileDescriptor = try Self.open(space.directory)
    // A class that throws after its last property is set runs its deinit, which closes the file.
    if byteCount > 0 { try takeSpace(for: 1) }
  }

  /// Opens a file that only its owner may access.
  ///
  /// - Parameters:
  ///   - directory: The file's place.
  ///   - reserving: Bytes to reserve now, so that a full disk is noticed before anything is sent.
  /// - Throws: ``SpoolError``.
  init(directory: String, reserving reservation: Int) throws(SpoolError) {
    (space, isInMemory, expected) = (nil, false, reservation)
    fileDescriptor = try Self.open(directory)
    do throws(SpoolError) {
      try reserve(reservation)
    } catch {
      // A class that throws after its last property is set runs its deinit, which closes the file.
      throw error
    }
  }

  /// Opens a named file.
  ///
  /// - Throws: ``SpoolError``.
  init(reopening path: String) throws(SpoolError) {
    (space, isInMemory, expected) = (nil, false, 0)
    fileDescriptor = Glibc.open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard fileDescriptor >= 0 else { throw SpoolError(errno: errno) }
    var status = stat()
    guard fstat(fileDescriptor, &status) == 0 else { throw SpoolError(errno: errno) }
    byteCount = Int(status.st_size)
  }

  deinit {
    close(fileDescriptor)
    giveBack(taken)
  }

  /// Gives the sealed file a name. On return the bytes are on the disk; the name only once its
  /// directory is flushed.
  ///
  /// - Throws: ``SpoolError``.
  func link(as path: String) throws(SpoolError) {
    let isLinked =
      linkat(AT_FDCWD, "/proc/self/fd/\(fileDescriptor)", AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0
    guard isLinked else {
      // On systems without unnamed files ours lost its name for good; a file in memory cannot get
      // one.
      guard errno == ENOENT || errno == EXDEV else { throw SpoolError(errno: errno) }
      return try copy(to: path)
    }
    guard SystemCall.retrying({ fsync(fileDescriptor) }) == 0 else {
      throw SpoolError(errno: errno)
    }
  }

  private func copy(to path: String) throws(SpoolError) {
    let target = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR)
    guard target >= 0 else { throw SpoolError(errno: errno) }
    defer { close(target) }
    var offset = off_t(0)
    while offset < byteCount {
      let count = sendfile(target, fileDescriptor, &offset, byteCount - Int(offset))
      guard count > 0 || (count < 0 && errno == EINTR) else {
        throw SpoolError(errno: count == 0 ? EIO : errno)
      }
    }
    guard SystemCall.retrying({ fsync(target) }) == 0 else { throw SpoolError(errno: errno) }
  }

  /// Appends `bytes`.
  ///
  /// - Throws: ``SpoolError``.
  func append(_ bytes: UnsafeRawBufferPointer) throws(SpoolError) {
    try takeSpace(for: byteCount + bytes.count)
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = UnsafeRawBufferPointer(rebasing: rest)
      let written = write(fileDescriptor, piece.baseAddress, piece.count)
      if written < 0 {
        guard errno == EINTR else { throw SpoolError(errno: errno) }
        continue
      }
      rest = rest.dropFirst(written)
      byteCount += written
    }
  }

  /// Gives unused reserved space back.
  func seal() throws(SpoolError) {
    let isCut = SystemCall.retrying { ftruncate(fileDescriptor, off_t(byteCount)) } == 0
    guard isCut else { throw SpoolError(errno: errno) }
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
  private static func openMemory(in space: SpoolSpace, _ byteCount: Int) -> Int32? {
    guard (1...SpoolSpace.smallBodyByteLimit).contains(byteCount),
      space.takeMemory(SpoolSpace.memoryStep)
    else { return nil }
    let descriptor = brgsa_memory_file()
    guard descriptor < 0 else { return descriptor }
    space.giveBackMemory(SpoolSpace.memoryStep)
    return nil
  }

  /// Reserves by Linux's own call. `posix_fallocate` writes every block where the file system cannot
  /// reserve. The size stays, so that a file never seems to contain bytes that did not come.
  private func reserve(_ byteCount: Int) throws(SpoolError) {
    guard byteCount > 0 else { return }
    // A failing attempt would fill the disk for everybody until the file is closed.
    guard try hasRoom(for: byteCount) else { throw .full }
    try allocate(byteCount)
  }

  private func allocate(_ byteCount: Int) throws(SpoolError) {
    while brgsa_fallocate(fileDescriptor, Int64(byteCount)) != 0 {
      switch errno {
      case EINTR: continue
      case EOPNOTSUPP: return
      default: throw SpoolError(errno: errno)
      }
    }
  }

  private func hasRoom(for byteCount: Int) throws(SpoolError) -> Bool {
    var space = statvfs()
    guard fstatvfs(fileDescriptor, &space) == 0 else { throw SpoolError(errno: errno) }
    let (free, isHuge) = UInt64(space.f_bavail).multipliedReportingOverflow(
      by: UInt64(space.f_frsize))
    return isHuge || UInt64(byteCount) <= free
  }

  private static func open(_ directory: String) throws(SpoolError) -> Int32 {
    let descriptor = openUnnamed(directory)
    if descriptor >= 0 { return descriptor }
    let lacksUnnamedFiles = errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL
    guard lacksUnnamedFiles else { throw SpoolError(errno: errno) }
    return try openAndUnlink(directory)
  }

  private static func openUnnamed(_ directory: String) -> Int32 {
    Glibc.open(directory, brgsa_unnamed_file_flags(), S_IRUSR | S_IWUSR)
  }

  /// For file systems without O_TMPFILE: the name exists only between two system calls.
  static func openAndUnlink(_ directory: String) throws(SpoolError) -> Int32 {
    var template = Array("\(directory)/upload-XXXXXX".utf8CString)
    let descriptor = brgsa_mkostemp(&template)
    guard descriptor >= 0 else { throw SpoolError(errno: errno) }
    guard unlink(template) == 0 else {
      let code = errno
      close(descriptor)
      throw SpoolError(errno: code)
    }
    return descriptor
  }
}
