internal import ArgumentParser
internal import CheckedNumbers
internal import Encoders
internal import Files
internal import Glibc
internal import Synchronization

/// Writes results to standard output and all other text to standard error.
package enum Console {
  /// Writes results. If this fails, the program exits with an error code, so that the command does not seem to have
  /// succeeded.
  package static func write(_ bytes: [UInt8]) {
    do throws(FileError) {
      try OpenFile.standardOutput.write(bytes)
    } catch {
      // No message is printed if the reader has closed the pipe, as `head` does.
      if error.errno != EPIPE { note("standard output: \(error)") }
      _exit(ExitCode.outputError.rawValue)
    }
  }

  /// Writes a line of results to standard output.
  package static func print(_ line: String) { write(Array((line + "\n").utf8)) }

  /// Writes a message for people to standard error. It may have several lines.
  package static func note(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    write(Array(lines.map { "brgsa: \($0)\n" }.joined().utf8), to: STDERR_FILENO)
  }

  /// Calls `work` for each file. If it fails for one file, prints the message and continues with the other files.
  ///
  /// - Throws: The exit code of the first failure.
  package static func forEach(_ files: [String], _ work: (String) async throws -> Void) async throws
  {
    var code: ExitCode?
    for file in files {
      do {
        try await work(file)
      } catch let failure as CommandFailure {
        note(failure.message)
        code = code ?? failure.code
      } catch let exit as ExitCode {
        code = code ?? exit
      }
    }
    if let code { throw code }
  }

  /// Writes `bytes` to a file descriptor. Errors are ignored.
  package static func write(_ bytes: [UInt8], to descriptor: Int32) {
    try? OpenFile(borrowing: descriptor).write(bytes)
  }
}

/// A progress bar on standard error, which is updated in place. It is shown only on a terminal.
package final class ProgressLine: Sendable {
  private let label: String
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let shown = Mutex(-1)

  package init(label: String) { self.label = label }

  package func show(_ share: Double) {
    let percent = Int(floor: share * 100, clampedTo: 0...100)
    guard isTerminal, shown.withLock({ exchange(&$0, percent) }) != percent else { return }
    let bar =
      String(repeating: "#", count: percent / 4)
      + String(repeating: ".", count: 25 - percent / 4)
    Console.write(Array("\r\(label) [\(bar)] \(percent) %".utf8), to: STDERR_FILENO)
  }

  package func clear() {
    guard isTerminal, shown.withLock({ exchange(&$0, -1) }) >= 0 else { return }
    Console.write(Array("\r\u{1B}[K".utf8), to: STDERR_FILENO)
  }
}

private func exchange(_ value: inout Int, _ new: Int) -> Int {
  defer { value = new }
  return value
}
