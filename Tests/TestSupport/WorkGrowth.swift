internal import Glibc

/// How the work for an input grows with the input: a fact about the program, however fast and busy the machine is.
public enum WorkGrowth {
  /// Whether `work` on four times the input takes far less than sixteen times as long, which it would if its time
  /// were quadratic.
  ///
  /// Processor time of this thread counts, of several runs the shortest. Work of a few milliseconds passes anyway:
  /// there a single interruption would decide.
  ///
  /// - Parameter work: Does the work on a share of the input: 0.25, then 1.
  public static func isLinear(_ work: (Double) -> Void) -> Bool {
    func cost(_ share: Double) -> UInt64 {
      (0..<3).map { _ in
        let start = processorTime()
        work(share)
        return processorTime() - start
      }.min() ?? 0
    }
    // A neighbour on the same core may slow one measurement; quadratic work fails all of them.
    return (0..<4).contains { _ in
      let (small, large) = (cost(0.25), cost(1))
      return large < max(9 * small, 20_000_000)
    }
  }

  private static func processorTime() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
