import Dispatch
import Synchronization

/// Holds a thread up until the test lets it go.
final class Gate: Sendable {
  private let opened = DispatchSemaphore(value: 0)
  private let waiters = Atomic(0)

  func wait() {
    waiters.add(1, ordering: .sequentiallyConsistent)
    opened.wait()
  }

  func open() { opened.signal() }

  func untilSomebodyWaits() async {
    while waiters.load(ordering: .sequentiallyConsistent) == 0 { await Task.yield() }
  }
}

/// Holds tasks up until the test opens it or they are cancelled.
final class Door: Sendable {
  private let isOpen = Atomic(false)

  func open() { isOpen.store(true, ordering: .sequentiallyConsistent) }

  func untilOpen() async {
    while !isOpen.load(ordering: .sequentiallyConsistent), !Task.isCancelled { await Task.yield() }
  }
}
