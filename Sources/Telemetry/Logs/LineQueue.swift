internal import Dispatch
internal import Synchronization

/// Writes the lines of a log on a separate queue. A blocked pipe or a slow disk therefore does not delay the server's
/// threads. Lines beyond a limit are dropped and counted.
final class LineQueue: Sendable {
  private struct State {
    var waiting = 0
    var dropped = 0
  }

  private let queue: DispatchQueue
  private let capacity: Int
  private let state = Mutex(State())

  /// Makes a queue.
  ///
  /// - Parameter capacity: Maximum number of lines that may wait.
  init(_ label: String, capacity: Int) {
    queue = DispatchQueue(label: label)
    self.capacity = capacity
  }

  /// Calls `write` on the queue. `dropped` is the number of lines that were dropped since the previous `write`.
  func add(_ write: @escaping @Sendable (_ dropped: Int) -> Void) {
    let hasRoom = state.withLock { state in
      let hasRoom = state.waiting < capacity
      if hasRoom { state.waiting += 1 } else { state.dropped += 1 }
      return hasRoom
    }
    guard hasRoom else { return }
    queue.async { [self] in
      let dropped = state.withLock { state in
        state.waiting -= 1
        defer { state.dropped = 0 }
        return state.dropped
      }
      write(dropped)
    }
  }

  /// Runs `work` on the queue after `seconds`.
  func add(after seconds: Int, _ work: @escaping @Sendable () -> Void) {
    queue.asyncAfter(deadline: .now() + .seconds(seconds), execute: work)
  }

  /// Waits until all lines added so far are written.
  func flush() { queue.sync {} }
}
