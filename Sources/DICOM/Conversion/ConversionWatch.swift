/// Stops a conversion when its time limit is reached or the caller cancels it.
struct ConversionWatch: Sendable {
  /// Maximum wall-clock time in seconds, counted from `init`.
  private let seconds: Int
  private let end: ContinuousClock.Instant
  private let isCancelled: @Sendable () -> Bool

  /// Starts the time limit.
  init(seconds: Int, isCancelled: @escaping @Sendable () -> Bool = { false }) {
    self.seconds = seconds
    end = ContinuousClock.now + .seconds(seconds)
    self.isCancelled = isCancelled
  }

  /// Checks whether the conversion may continue.
  ///
  /// - Throws: ``SeriesError/cancelled`` or ``SeriesError/tooSlow(seconds:)``.
  func check() throws(SeriesError) {
    guard !isCancelled() else { throw .cancelled }
    guard ContinuousClock.now < end else { throw .tooSlow(seconds: seconds) }
  }

  /// True if ``check()`` would throw an error.
  var isOver: Bool { isCancelled() || ContinuousClock.now >= end }
}
