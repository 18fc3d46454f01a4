import Files
import Glibc
import Synchronization

/// Space reserved on the store's disk, so that deletions work on a full disk.
///
/// A deletion writes to the log before it frees anything. The reserve is a file of real blocks next
/// to the store. It makes way for a deletion that finds no space, and is restored from the space
/// that the log gives back.
final class DiskReserve: Sendable {
  /// The reserve's file.
  private let path: String
  private let folder: String
  /// Bytes of the reserve; 0 for none.
  let byteCount: Int
  private let measure: @Sendable (String) -> (free: Int, size: Int)?
  private let state = Mutex(State())

  private struct State {
    var isHeld = false
    /// A deletion is using the space.
    var isLent = false
    /// The last change found no space.
    var isRefused = false
    var reported = StoreRoom.ample
  }

  /// - Parameter store: Path of the store's file.
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

  /// Makes the reserve if it is missing and fits.
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
    // An earlier process may have left it even if this one could not check.
    return unlink(path) == 0 || wasHeld
  }

  /// Takes the space back after a deletion, or makes the reserve if it fits now.
  func restore() {
    state.withLock { $0.isLent = false }
    make()
  }

  /// Records whether a change other than a deletion found space.
  func note(isRefused: Bool) { state.withLock { $0.isRefused = isRefused } }

  /// Whether space is left for something that need not be stored.
  ///
  /// - Parameters:
  ///   - bytes: Its size.
  ///   - unused: Empty bytes of the store's file; the log needs space all the same.
  func admits(_ bytes: Int, unused: Int) -> Bool {
    guard byteCount > 0, let free = freeBytes else { return true }
    let needed = min(bytes, Int.max / 4) * 2
    return (free >= lowMark && free - byteCount >= needed)
      || (free >= byteCount / 2 && unused >= needed)
  }

  /// With less free, optional data is not stored.
  private var lowMark: Int { 2 * byteCount }

  /// Whether the log should stay empty, so that its content needs no space later.
  var wantsEmptyLog: Bool {
    guard byteCount > 0, let free = freeBytes else { return false }
    return free < lowMark
  }

  /// Pages of the log after which they move into the file: few enough for the reserve to cover
  /// them.
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

  /// A change needs at least a few pages of the log.
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

  /// Whether an earlier process's file exists with all its blocks.
  private func isAllocated() -> Bool {
    guard let status = try? FileStatus(of: path, followsLink: false) else { return false }
    return status.isRegular && status.allocatedByteCount >= byteCount
  }
}
