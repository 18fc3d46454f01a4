import Files
import Glibc
import Synchronization

/// Reserves space on the store's disk, so that deletions work even when the disk is full.
///
/// A deletion writes to the write-ahead log before it frees space. The reserve is a file next to the store whose blocks
/// are allocated. If a deletion finds no space, the reserve is removed. It is created again after the log has been
/// emptied.
final class DiskReserve: Sendable {
  /// The path of the reserve's file.
  private let path: String
  private let folder: String
  /// Size of the reserve in bytes; 0 for no reserve.
  let byteCount: Int
  private let measure: @Sendable (String) -> (free: Int, size: Int)?
  private let state = Mutex(State())

  private struct State {
    var isHeld = false
    /// True while a deletion may use the reserve's space.
    var isLent = false
    /// True if the last write other than a deletion failed because the disk was full.
    var isRefused = false
    var reported = StoreRoom.ample
  }

  /// Computes the size of the reserve. ``make()`` creates its file.
  ///
  /// - Parameter store: The path of the store's file.
  init(store: String, limits: StoreLimits) {
    path = "\(store).reserve"
    folder = FileSystem.folder(of: store)
    measure = limits.measure
    let size = measure(folder)?.size ?? 0
    byteCount = max(min(limits.reserveBytes, size / 16), 0)
  }

  /// Free bytes on the disk, not counting the reserve; nil if unknown.
  var freeBytes: Int? {
    guard let free = measure(folder)?.free else { return nil }
    return state.withLock { $0.isHeld } ? free : max(free - byteCount, 0)
  }

  /// Creates the reserve if it does not exist and the disk has enough space.
  func make() {
    guard byteCount > 0, !state.withLock({ $0.isHeld || $0.isLent }) else { return }
    guard let free = measure(folder)?.free else { return }
    if isAllocated() {
      state.withLock { $0.isHeld = true }
      return
    }
    let flags = O_WRONLY | O_CREAT | O_NOFOLLOW
    guard free >= byteCount, let file = try? OpenFile(path, flags) else { return }
    guard (try? file.allocate(byteCount)) != nil else {
      unlink(path)
      return
    }
    state.withLock { $0.isHeld = true }
  }

  /// Removes the reserve's file, so that a deletion can use its space until ``restore()`` is called.
  ///
  /// - Returns: Whether a reserve existed.
  func release() -> Bool {
    guard byteCount > 0 else { return false }
    let wasHeld = state.withLock { state in
      defer {
        state.isHeld = false
        state.isLent = true
      }
      return state.isHeld
    }
    // An earlier process may have left the file behind. It is removed even if this process could not check it.
    return unlink(path) == 0 || wasHeld
  }

  /// Creates the reserve again after a deletion, if the disk has enough space.
  func restore() {
    state.withLock { $0.isLent = false }
    make()
  }

  /// Records whether a write other than a deletion failed because the disk was full.
  func note(isRefused: Bool) { state.withLock { $0.isRefused = isRefused } }

  /// Returns whether enough space is left to store optional data.
  ///
  /// - Parameters:
  ///   - bytes: The size of the data.
  ///   - unused: Unused bytes in the store's file. Even if they suffice for the data, the write-ahead log needs free
  ///     space on the disk.
  func admits(_ bytes: Int, unused: Int) -> Bool {
    guard byteCount > 0, let free = freeBytes else { return true }
    let needed = min(bytes, Int.max / 4) * 2
    return (free >= lowMark && free - byteCount >= needed)
      || (free >= byteCount / 2 && unused >= needed)
  }

  /// Number of free bytes below which the room counts as low.
  private var lowMark: Int { 2 * byteCount }

  /// True if free space is so low that the write-ahead log should be emptied after each write.
  var wantsEmptyLog: Bool {
    guard byteCount > 0, let free = freeBytes else { return false }
    return free < lowMark
  }

  /// Number of pages in the write-ahead log at which SQLite moves them into the database file. It is small enough that
  /// these pages fit into the reserve.
  var logPages: Int {
    byteCount > 0 ? min(max(byteCount / 4 / StoreSchema.pageSize, 16), 1000) : 1000
  }

  /// The current level of free space.
  var room: StoreRoom {
    let free = freeBytes
    let isRefused = state.withLock { state in
      if let free, byteCount > 0, free >= lowMark { state.isRefused = false }
      return state.isRefused
    }
    if isRefused { return .full }
    guard byteCount > 0, let free else { return .ample }
    return free < Self.smallest ? .full : free < lowMark ? .low : .ample
  }

  /// Number of free bytes below which the disk counts as full. A write needs at least a few pages in the write-ahead
  /// log.
  private static let smallest = 8 * StoreSchema.pageSize

  /// Returns the level of free space if it has changed since the last call; otherwise nil.
  func change() -> StoreRoom? {
    let room = room
    return state.withLock { state in
      guard state.reported != room else { return nil }
      state.reported = room
      return room
    }
  }

  /// True if an earlier process left the reserve's file with all its blocks allocated.
  private func isAllocated() -> Bool {
    guard let status = try? FileStatus(of: path, followsLink: false) else { return false }
    return status.isRegular && status.allocatedByteCount >= byteCount
  }
}
