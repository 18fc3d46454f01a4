/// Runs one stage of some work on a second thread while the caller runs another stage.
public enum CompanionThread {
  /// The name of the thread in `top -H` and `/proc`.
  static let threadName = "brgsa-companion"

  /// Runs `companion` on a new thread and `body` on the caller's thread. Returns when both have ended.
  ///
  /// The caller waits for `companion` even if `body` throws an error. If `companion` waits for something from `body`,
  /// `body` must therefore provide it before it throws.
  ///
  /// - Returns: The result of `body`. If the system cannot start another thread, neither closure runs and the result
  ///   is nil.
  /// - Throws: The errors of `body`.
  public static func run<Result, Failure: Error>(
    _ companion: @escaping @Sendable () -> Void, beside body: () throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    guard let thread = SystemThread(name: threadName, companion) else { return nil }
    defer { thread.join() }
    return try body()
  }
}
