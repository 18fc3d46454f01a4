internal import Glibc

/// Threads of the tests' own: Swift's cooperative ones are as few as there are cores, and must not block.
public enum TensorsThreads {
  /// Runs `body` with each of `0..<count` on a thread of its own and returns when all are done.
  public static func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let threads = (0..<count).map { index in
      let start = Unmanaged.passRetained(Start(index: index, body: body))
      var thread = pthread_t()
      let status = pthread_create(
        &thread, nil,
        { argument in
          guard let argument else { return nil }
          let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
          start.body(start.index)
          return nil
        }, start.toOpaque())
      precondition(status == 0, "no thread: error \(status)")
      return thread
    }
    for thread in threads { pthread_join(thread, nil) }
  }

  private final class Start {
    let index: Int
    let body: @Sendable (Int) -> Void
    init(index: Int, body: @escaping @Sendable (Int) -> Void) {
      self.index = index
      self.body = body
    }
  }
}
