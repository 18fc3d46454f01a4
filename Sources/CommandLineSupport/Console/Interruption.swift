internal import Dispatch
internal import Glibc
internal import Synchronization

/// Handles Ctrl-C and SIGTERM during a long command. The command ends immediately, except while it writes a file.
package final class Interruption {
  private let signals: CaughtSignals

  private static let makingFile = Mutex(())
  private static let wasAsked = Atomic(false)

  /// Starts handling signals. At the first signal, a file that is being written is completed,
  /// `message` is printed, and the program ends. At a second signal, the program ends immediately.
  package init(message: String) {
    signals = CaughtSignals([SIGINT, SIGTERM]) { Self.end($0, message) }
  }

  /// Runs `work`, which writes a file. A signal ends the program only after `work` has returned.
  package static func finishing(_ work: () throws -> Void) rethrows {
    try makingFile.withLock { _ in try work() }
  }

  private static func end(_ number: Int32, _ message: String) {
    guard !wasAsked.exchange(true, ordering: .relaxed) else { _exit(128 + number) }
    // Waits on another queue, so that this queue can handle a second signal.
    DispatchQueue(label: "brgsa.end").async {
      makingFile.withLock { _ in
        // Starts a new line, so that a progress bar on the terminal remains above the message.
        if isatty(STDERR_FILENO) == 1 { Console.write([UInt8(ascii: "\n")], to: STDERR_FILENO) }
        Console.note(message)
        _exit(128 + number)
      }
    }
  }
}
