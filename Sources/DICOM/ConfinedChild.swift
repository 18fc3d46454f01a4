import CChild
import Glibc

/// A program that is run on the files of one folder, with limits and without a network.
struct ConfinedChild {
  let program: String
  let limits: brgsa_child_limits
  /// Seconds that it may take by the clock.
  let seconds: Int

  private static let pause: UInt32 = 5_000

  /// Runs it to its end, on the caller's thread.
  ///
  /// - Parameter folder: Its working directory.
  /// - Returns: Its exit code, or -1 if a signal ended it.
  /// - Throws: ``SeriesError/tooSlow(seconds:)``, ``SeriesError/cancelled``, ``SeriesError/inputOutput(errno:)``.
  func run(
    _ arguments: [String], in folder: Int32, isCancelled: () -> Bool
  ) throws(SeriesError) -> Int32 {
    let words = ([program] + arguments).map { strdup($0) }
    defer { for word in words { free(word) } }
    let pointers = words.map { UnsafePointer<CChar>($0) } + [nil]
    let child = withUnsafePointer(to: limits) {
      brgsa_child_start(program, pointers, folder, $0)
    }
    guard child >= 0 else { throw .inputOutput(errno: errno) }
    let end = ContinuousClock.now + .seconds(seconds)
    while true {
      var status: Int32 = 0
      switch brgsa_child_poll(child, &status) {
      case 1: return status & 0x7f == 0 ? status >> 8 & 0xff : -1
      case 0: break
      default: throw .inputOutput(errno: errno)
      }
      guard !isCancelled() else {
        brgsa_child_kill(child)
        throw .cancelled
      }
      guard ContinuousClock.now < end else {
        brgsa_child_kill(child)
        throw .tooSlow(seconds: seconds)
      }
      usleep(Self.pause)
    }
  }
}
