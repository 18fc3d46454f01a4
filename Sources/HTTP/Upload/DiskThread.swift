import Dispatch

/// Threads that may wait for a disk. Swift's cooperative threads must not wait.
enum DiskThread {
  private static let queue = DispatchQueue(label: "brgsa.disk", attributes: .concurrent)

  /// Runs `body` on another thread.
  static func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      queue.async { continuation.resume(returning: body()) }
    }
  }
}
