import Synchronization

/// Numbers that several threads write down.
final class ThreadTally: Sendable {
  private let numbers = Mutex<[Int]>([])

  /// What was written so far.
  var values: [Int] { numbers.withLock { $0 } }

  /// Writes down `number`.
  func add(_ number: Int) { numbers.withLock { $0.append(number) } }
}
