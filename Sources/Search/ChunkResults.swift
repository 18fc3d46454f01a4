internal import Synchronization

/// The results of the tasks of one pass.
final class ChunkResults: Sendable {
  private let results: Mutex<[[Float]]>

  init(count: Int) { results = Mutex(Array(repeating: [], count: count)) }

  /// The results of all tasks; complete once the pass has returned.
  var values: [[Float]] { results.withLock { $0 } }

  subscript(task: Int) -> [Float] {
    get { results.withLock { $0[task] } }
    set { results.withLock { $0[task] = newValue } }
  }
}
