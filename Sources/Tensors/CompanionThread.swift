/// A second thread, for two stages of one piece of work that run at the same time.
public enum CompanionThread {
  /// The thread's name in `top -H` and `/proc`.
  static let threadName = "brgsa-companion"

  /// Runs `companion` on a new thread and `body` on the caller's thread; returns when both have
  /// ended.
  ///
  /// The caller waits for `companion` even if `body` throws, so `body` must not leave `companion`
  /// waiting.
  ///
  /// - Returns: The result of `body`; nil if the system allows no further thread, and then neither
  ///   ran.
  /// - Throws: The errors of `body`.
  public static func run<Result, Failure: Error>(
    _ companion: @escaping @Sendable () -> Void, beside body: () throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    guard let thread = SystemThread(name: threadName, companion) else { return nil }
    defer { thread.join() }
    return try body()
  }
}
