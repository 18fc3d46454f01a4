import Files
import Glibc
import Synchronization

/// Counts the space that uploads in progress use. Small bodies are in memory. All other uploads are
/// files in the spool, a directory on the disk.
///
/// An upload reserves space in steps as its bytes arrive. A client that only announces a length
/// therefore occupies little space. Part of the file system always stays free.
public final class SpoolSpace: Sendable {
  /// The directory of upload files.
  public let directory: String
  /// Maximum size in bytes of a body that is stored in memory instead of on the disk.
  public static let smallBodyByteLimit = 1 << 20
  /// Maximum size in bytes of all small bodies in memory.
  public static let memoryByteLimit = 64 << 20

  /// Step by which an upload grows on the disk.
  static let diskStep = 4 << 20
  /// Step by which a small body grows in memory. It is small, because every connection may have a small body.
  static let memoryStep = 64 << 10

  private struct State {
    var taken = 0
    var inMemory = 0
    var shortage: (@Sendable () -> Void)?
  }

  private let chosenLimit: Int
  private let state = Mutex(State())

  /// - Parameter byteLimit: Maximum size in bytes of uploads in progress. 0 means three quarters of the file system.
  public init(directory: String, byteLimit: Int = 0) {
    self.directory = directory
    chosenLimit = byteLimit
  }

  /// The state of the space at one moment.
  public struct Figures: Sendable, Equatable {
    /// Maximum size in bytes of uploads in progress.
    public let limit: Int
    /// Bytes that uploads leave free on the file system.
    public let reserve: Int
    /// Bytes that uploads in progress use.
    public let taken: Int
    /// Bytes that one more upload may use.
    public let available: Int
    /// Whether an upload can start.
    public let takesUploads: Bool
  }

  /// The current figures; nil if the file system cannot be measured.
  public var figures: Figures? {
    guard let disk = Disk(of: directory) else { return nil }
    let taken = state.withLock(\.taken)
    let limit = limit(on: disk)
    let available = max(min(limit - taken, disk.free - disk.reserve), 0)
    return Figures(
      limit: limit, reserve: disk.reserve, taken: taken, available: available,
      takesUploads: available >= min(Self.diskStep, disk.size / 16))
  }

  /// Sets the action that runs when an upload finds no space.
  func onShortage(_ action: @escaping @Sendable () -> Void) {
    state.withLock { $0.shortage = action }
  }

  /// Refuses a length that can never fit, before the upload is read. A length that does not fit at
  /// the moment is accepted, because other uploads may end before the bytes arrive.
  ///
  /// - Throws: ``SpoolError``.
  func requireRoom(for byteCount: Int) throws(SpoolError) {
    guard let disk = Disk(of: directory) else { throw .failed(errno: EIO) }
    guard byteCount <= (chosenLimit > 0 ? chosenLimit : disk.size) else { throw .full }
  }

  /// Reserves `wanted` bytes on the disk, or the remaining bytes if these are at least `least`.
  /// ``giveBack(_:)`` must follow.
  ///
  /// - Returns: The number of reserved bytes.
  /// - Throws: ``SpoolError/full``.
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

  /// Releases reserved space on the disk.
  func giveBack(_ byteCount: Int) { state.withLock { $0.taken -= byteCount } }

  /// Reserves memory; ``giveBackMemory(_:)`` must follow.
  ///
  /// - Returns: False if other small bodies leave too little memory.
  func takeMemory(_ byteCount: Int) -> Bool {
    state.withLock { state in
      guard byteCount <= Self.memoryByteLimit - state.inMemory else { return false }
      state.inMemory += byteCount
      return true
    }
  }

  /// Releases reserved memory.
  func giveBackMemory(_ byteCount: Int) { state.withLock { $0.inMemory -= byteCount } }

  /// Number of bytes that small bodies reserve in memory.
  var bytesInMemory: Int { state.withLock(\.inMemory) }

  private func limit(on disk: Disk) -> Int {
    chosenLimit > 0 ? chosenLimit : disk.size / 4 * 3
  }

  private func tellShortage() { state.withLock(\.shortage)?() }
}

/// A file system, in bytes.
private struct Disk {
  let size: Int
  /// Free bytes for this user. They do not include the blocks that the system reserves for its administrator.
  let free: Int

  /// Bytes that stay free: a twentieth of the file system, but at least 64 MiB and at most 1 GiB.
  /// Never more than a quarter of the file system.
  var reserve: Int { min(max(size / 20, 64 << 20), 1 << 30, size / 4) }

  init?(of directory: String) {
    guard let space = FileSystem.space(of: directory) else { return nil }
    (size, free) = (space.size, space.free)
  }
}
