/// A thread beside the caller's, for two stages of one piece of work that run at the same time.
public enum CompanionThread {
  /// What the thread is called in `top -H` and `/proc`.
  static let threadName = "brgsa-companion"

  /// Runs `companion` on a thread of its own and `body` on the caller's; returns when both have ended.
  ///
  /// The caller waits for `companion` also when `body` throws, so `body` must leave nothing behind
  /// that `companion` would wait for.
  ///
  /// - Returns: What `body` gave; nil when the system allows no further thread: then neither ran.
  /// - Throws: What `body` throws.
  public static func run<Result, Failure: Error>(
    _ companion: @escaping @Sendable () -> Void, beside body: () throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    guard let thread = SystemThread(name: threadName, companion) else { return nil }
    defer { thread.join() }
    return try body()
  }
}
