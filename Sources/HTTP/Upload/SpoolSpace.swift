import Files
import Glibc
import Synchronization

/// Counts the space that current uploads use. Small bodies are in memory. All other uploads are files in the spool, a
/// directory on the disk.
///
/// An upload reserves space in steps while its bytes arrive. A client that only declares a length therefore takes
/// little space. Part of the file system always stays free.
public final class SpoolSpace: Sendable {
  /// The directory that contains the files of uploads.
  public let directory: String
  /// Maximum size in bytes of a body that is stored in memory and not on the disk.
  public static let smallBodyByteLimit = 1 << 20
  /// Maximum size in bytes of all small bodies in memory together.
  public static let memoryByteLimit = 64 << 20

  /// Number of bytes that an upload on the disk reserves per step.
  static let diskStep = 4 << 20
  /// Number of bytes that a small body in memory reserves per step. The step is small, because every connection may
  /// have a small body.
  static let memoryStep = 64 << 10

  private struct State {
    var taken = 0
    var inMemory = 0
    var shortage: (@Sendable () -> Void)?
  }

  private let chosenLimit: Int
  private let state = Mutex(State())

  /// Makes a space for uploads.
  ///
  /// - Parameter byteLimit: Maximum size in bytes of all current uploads together. 0 means three quarters of the file
  ///   system.
  public init(directory: String, byteLimit: Int = 0) {
    self.directory = directory
    chosenLimit = byteLimit
  }

  /// The use of the space at one moment.
  public struct Figures: Sendable, Equatable {
    /// Maximum size in bytes of all current uploads together.
    public let limit: Int
    /// Number of bytes of the file system that uploads must leave free.
    public let reserve: Int
    /// Number of bytes that current uploads use.
    public let taken: Int
    /// Number of bytes that are available to another upload.
    public let available: Int
    /// True if a new upload can start.
    public let takesUploads: Bool
  }

  /// The current figures; nil if the size of the file system is unknown.
  public var figures: Figures? {
    guard let disk = Disk(of: directory) else { return nil }
    let taken = state.withLock(\.taken)
    let limit = limit(on: disk)
    let available = max(min(limit - taken, disk.free - disk.reserve), 0)
    return Figures(
      limit: limit, reserve: disk.reserve, taken: taken, available: available,
      takesUploads: available >= min(Self.diskStep, disk.size / 16))
  }

  /// Sets an action that runs whenever an upload finds no space.
  func onShortage(_ action: @escaping @Sendable () -> Void) {
    state.withLock { $0.shortage = action }
  }

  /// Refuses a length that can never fit, before the upload is received. A length that does not fit at present
  /// is accepted, because other uploads may end before the bytes arrive.
  ///
  /// - Throws: ``SpoolError``.
  func requireRoom(for byteCount: Int) throws(SpoolError) {
    guard let disk = Disk(of: directory) else { throw .failed(errno: EIO) }
    guard byteCount <= (chosenLimit > 0 ? chosenLimit : disk.size) else { throw .full }
  }

  /// Reserves `wanted` bytes on the disk. If fewer are left, it reserves the rest, provided that this is at least
  /// `least` bytes. The caller must release the bytes with ``giveBack(_:)``.
  ///
  /// - Returns: The number of reserved bytes.
  /// - Throws: ``SpoolError/full``, or ``SpoolError/failed(errno:)`` if the size of the file system is unknown.
  func take(_ wanted: Int, atLeast least: Int) throws(SpoolError) -> Int {
    guard let disk = Disk(of: directory) else { throw .failed(errno: EIO) }
    let limit = limit(on: disk)
    let taken = state.withLock { state in
      let taken = min(wanted, limit - state.taken, disk.free - disk.reserve)
      guard taken >= least else { return 0 }
      state.taken += taken
      return taken
    }
    guard taken > 0 else {
      tellShortage()
      throw .full
    }
    return taken
  }

  /// Releases reserved bytes on the disk.
  func giveBack(_ byteCount: Int) { state.withLock { $0.taken -= byteCount } }

  /// Reserves bytes in memory. The caller must release them with ``giveBackMemory(_:)``.
  ///
  /// - Returns: False if other small bodies leave too little memory.
  func takeMemory(_ byteCount: Int) -> Bool {
    state.withLock { state in
      guard byteCount <= Self.memoryByteLimit - state.inMemory else { return false }
      state.inMemory += byteCount
      return true
    }
  }

  /// Releases reserved bytes in memory.
  func giveBackMemory(_ byteCount: Int) { state.withLock { $0.inMemory -= byteCount } }

  /// Number of bytes in memory that small bodies have reserved.
  var bytesInMemory: Int { state.withLock(\.inMemory) }

  private func limit(on disk: Disk) -> Int {
    chosenLimit > 0 ? chosenLimit : disk.size / 4 * 3
  }

  private func tellShortage() { state.withLock(\.shortage)?() }
}

/// The size and the free space of a file system, in bytes.
private struct Disk {
  let size: Int
  /// Bytes that this user can still write. Blocks that the system reserves for the administrator do not count.
  let free: Int

  /// Bytes that must stay free: 5 % of the file system, but at least 64 MiB and at most 1 GiB. The reserve never
  /// exceeds a quarter of the file system.
  var reserve: Int { min(max(size / 20, 64 << 20), 1 << 30, size / 4) }

  init?(of directory: String) {
    guard let space = FileSystem.space(of: directory) else { return nil }
    (size, free) = (space.size, space.free)
  }
}
