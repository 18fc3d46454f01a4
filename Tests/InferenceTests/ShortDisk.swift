import Foundation
import Synchronization
import Testing

@testable import Storage

/// A store on a disk with little space at first: volumes are stored, patch embeddings are not.
final class ShortDisk: Sendable {
  let store: Store
  let folder = "/tmp/brgsa-test-short-\(UUID().uuidString)"
  private let space = FreeSpace()

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var limits = StoreLimits()
    limits.reserveBytes = 1 << 20
    limits.measure = { [space] _ in (space.bytes.withLock { $0 }, 1 << 34) }
    store = try Store(path: "\(folder)/store.db", limits: limits)
  }

  deinit {
    store.close()
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Frees much space.
  func empty() { space.bytes.withLock { $0 = 1 << 30 } }
}

private final class FreeSpace: Sendable {
  /// More than the reserve, and less than twice as much.
  let bytes = Mutex(3 << 19)
}
