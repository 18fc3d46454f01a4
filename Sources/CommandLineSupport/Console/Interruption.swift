internal import Dispatch
internal import Glibc
internal import Synchronization

/// Handles Ctrl-C and SIGTERM during a long command. The command ends immediately, unless it is writing a file.
package final class Interruption {
  private let signals: CaughtSignals

  private static let makingFile = Mutex(())
  private static let isRequested = Atomic(false)

  /// Starts to handle signals. At the first signal, the program completes the file that it is writing, prints
  /// `message` and exits. At a second signal, it exits immediately.
  package init(message: String) {
    signals = CaughtSignals([SIGINT, SIGTERM]) { Self.end($0, message) }
  }

  /// Runs `work`, which writes a file. If a signal arrives, the program exits only after `work` has returned.
  package static func finishing(_ work: () throws -> Void) rethrows {
    try makingFile.withLock { _ in try work() }
  }

  private static func end(_ number: Int32, _ message: String) {
    guard !isRequested.exchange(true, ordering: .relaxed) else { _exit(128 + number) }
    // The wait is on another queue, so that this queue can handle a second signal.
    DispatchQueue(label: "brgsa.end").async {
      makingFile.withLock { _ in
        // Starts a new line, so that a progress bar stays visible above the message.
        if isatty(STDERR_FILENO) == 1 { Console.write([UInt8(ascii: "\n")], to: STDERR_FILENO) }
        Console.note(message)
        _exit(128 + number)
      }
    }
  }
}
