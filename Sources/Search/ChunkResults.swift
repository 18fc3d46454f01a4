internal import Synchronization

/// Results of concurrent tasks: one list of floats for each task.
final class ChunkResults: Sendable {
  private let results: Mutex<[[Float]]>

  init(count: Int) { results = Mutex(Array(repeating: [], count: count)) }

  /// The results of all tasks. They are complete after all tasks have returned.
  var values: [[Float]] { results.withLock { $0 } }

  subscript(task: Int) -> [Float] {
    get { results.withLock { $0[task] } }
    set { results.withLock { $0[task] = newValue } }
  }
}
