internal import Dispatch
internal import Glibc
internal import Synchronization

/// Handles Ctrl-C and SIGTERM of a long command: it ends at once, but never while it writes a file.
package final class Interruption {
  private let signals: CaughtSignals

  private static let makingFile = Mutex(())
  private static let wasAsked = Atomic(false)

  /// Handles signals from now on. The first signal waits until a file is written, prints `message`
  /// and ends the program; a second one does not wait.
  package init(message: String) {
    signals = CaughtSignals([SIGINT, SIGTERM]) { Self.end($0, message) }
  }

  /// Finishes `work`, which writes a file, before a signal ends the program.
  package static func finishing(_ work: () throws -> Void) rethrows {
    try makingFile.withLock { _ in try work() }
  }

  private static func end(_ number: Int32, _ message: String) {
    guard !wasAsked.exchange(true, ordering: .relaxed) else { _exit(128 + number) }
    // On another queue, so that this one stays free for a second signal.
    DispatchQueue(label: "brgsa.end").async {
      makingFile.withLock { _ in
        // The progress bar on the terminal remains above the message.
        if isatty(STDERR_FILENO) == 1 { Console.write([UInt8(ascii: "\n")], to: STDERR_FILENO) }
        Console.note(message)
        _exit(128 + number)
      }
    }
  }
}
