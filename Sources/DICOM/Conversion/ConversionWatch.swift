/// Ends a conversion early, when its time is over or the caller cancels.
struct ConversionWatch: Sendable {
  /// Maximum wall-clock time in seconds, from the watch's start.
  private let seconds: Int
  private let end: ContinuousClock.Instant
  private let isCancelled: @Sendable () -> Bool

  /// Starts the clock.
  init(seconds: Int, isCancelled: @escaping @Sendable () -> Bool = { false }) {
    self.seconds = seconds
    end = ContinuousClock.now + .seconds(seconds)
    self.isCancelled = isCancelled
  }

  /// - Throws: ``SeriesError/cancelled``, ``SeriesError/tooSlow(seconds:)``.
  func check() throws(SeriesError) {
    guard !isCancelled() else { throw .cancelled }
    guard ContinuousClock.now < end else { throw .tooSlow(seconds: seconds) }
  }

  /// True if ``check()`` throws.
  var isOver: Bool { isCancelled() || ContinuousClock.now >= end }
}
