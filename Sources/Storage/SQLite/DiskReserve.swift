import Files
import Glibc
import Synchronization

/// Reserves space on the store's disk, so that deletions work even on a full disk.
///
/// A deletion writes to the write-ahead log before it frees space. The reserve is a file next to
/// the store, with allocated blocks. If a deletion finds no space, the reserve is removed. It is
/// created again when the log has been emptied.
final class DiskReserve: Sendable {
  /// The path of the reserve's file.
  private let path: String
  private let folder: String
  /// Bytes of the reserve; 0 if there is none.
  let byteCount: Int
  private let measure: @Sendable (String) -> (free: Int, size: Int)?
  private let state = Mutex(State())

  private struct State {
    var isHeld = false
    /// True while a deletion uses the reserve's space.
    var isLent = false
    /// True if the last change failed for lack of space.
    var isRefused = false
    var reported = StoreRoom.ample
  }

  /// - Parameter store: The path of the store's file.
  init(store: String, limits: StoreLimits) {
    path = "\(store).reserve"
    folder = FileSystem.folder(of: store)
    measure = limits.measure
    let size = measure(folder)?.size ?? 0
    byteCount = max(min(limits.reserveBytes, size / 16), 0)
  }

  /// Free bytes in addition to the reserve; nil if unknown.
  var freeBytes: Int? {
    guard let free = measure(folder)?.free else { return nil }
    return state.withLock { $0.isHeld } ? free : max(free - byteCount, 0)
  }

  /// Creates the reserve if it is missing and the disk has enough space.
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

  /// Lends the reserve's space to a deletion, until ``restore()``.
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
    // An earlier process may have left the file, even if this process could not check it.
    return unlink(path) == 0 || wasHeld
  }

  /// Creates the reserve again after a deletion, if the disk has enough space.
  func restore() {
    state.withLock { $0.isLent = false }
    make()
  }

  /// Records whether a change other than a deletion failed for lack of space.
  func note(isRefused: Bool) { state.withLock { $0.isRefused = isRefused } }

  /// True if enough space is left for optional data.
  ///
  /// - Parameters:
  ///   - bytes: The size of the data.
  ///   - unused: Unused bytes in the store's file. The log needs free space on the disk in any case.
  func admits(_ bytes: Int, unused: Int) -> Bool {
    guard byteCount > 0, let free = freeBytes else { return true }
    let needed = min(bytes, Int.max / 4) * 2
    return (free >= lowMark && free - byteCount >= needed)
      || (free >= byteCount / 2 && unused >= needed)
  }

  /// Free bytes below which space counts as low.
  private var lowMark: Int { 2 * byteCount }

  /// True if free space is so low that the log should be emptied after each write.
  var wantsEmptyLog: Bool {
    guard byteCount > 0, let free = freeBytes else { return false }
    return free < lowMark
  }

  /// Number of pages in the log at which SQLite moves them into the file. The number is so low that
  /// the reserve has space for these pages.
  var logPages: Int {
    byteCount > 0 ? min(max(byteCount / 4 / StoreSchema.pageSize, 16), 1000) : 1000
  }

  /// The level of free space.
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

  /// Bytes below which the disk counts as full. A change needs at least a few pages in the log.
  private static let smallest = 8 * StoreSchema.pageSize

  /// The level of free space, if it changed since the last report.
  func change() -> StoreRoom? {
    let room = room
    return state.withLock { state in
      guard state.reported != room else { return nil }
      state.reported = room
      return room
    }
  }

  /// True if an earlier process left the reserve's file and all its blocks are allocated.
  private func isAllocated() -> Bool {
    guard let status = try? FileStatus(of: path, followsLink: false) else { return false }
    return status.isRegular && status.allocatedByteCount >= byteCount
  }
}
