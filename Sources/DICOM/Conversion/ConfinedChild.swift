import CChild
import Files
import Glibc

/// Runs a program on the files in one folder, with resource limits and without access to the network.
struct ConfinedChild {
  let program: String
  let limits: brgsa_child_limits
  /// Maximum wall-clock time in seconds.
  let seconds: Int

  /// The folder that the program writes to, and the maximum size in bytes of all files in it together.
  struct Output {
    let folder: String
    let byteCount: Int
  }

  private static let pause: UInt32 = 5_000

  /// Runs the program until it ends. Blocks the calling thread.
  ///
  /// - Parameters:
  ///   - folder: Descriptor of the program's working directory.
  ///   - output: The output folder. Its size is checked while the program runs and when it has ended.
  /// - Returns: The program's exit code; -1 if a signal ended the program or its output is too large.
  /// - Throws: ``SeriesError/tooSlow(seconds:)``, ``SeriesError/cancelled`` or ``SeriesError/inputOutput(errno:)``.
  func run(
    _ arguments: [String], in folder: Int32, output: Output? = nil, isCancelled: () -> Bool
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
      case 1:
        guard status & 0x7f == 0, !Self.isExceeded(output, in: folder) else { return -1 }
        return status >> 8 & 0xff
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
      guard !Self.isExceeded(output, in: folder) else {
        brgsa_child_kill(child)
        return -1
      }
      usleep(Self.pause)
    }
  }

  /// True if the files in the output folder exceed their limit.
  private static func isExceeded(_ output: Output?, in folder: Int32) -> Bool {
    guard let output,
      let files = try? OpenFile(
        output.folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, in: OpenFile(borrowing: folder)),
      let names = try? files.names()
    else { return false }
    var bytes = 0
    for name in names {
      guard let status = try? FileStatus(of: name, in: files), status.isRegular else { continue }
      let (sum, overflows) = bytes.addingReportingOverflow(status.byteCount)
      if overflows || sum > output.byteCount { return true }
      bytes = sum
    }
    return false
  }
}
