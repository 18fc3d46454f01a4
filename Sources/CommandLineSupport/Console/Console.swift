internal import ArgumentParser
internal import CheckedNumbers
internal import Encoders
internal import Files
internal import Glibc
internal import Synchronization

/// Standard output for results, standard error for everything else.
package enum Console {
  /// Writes results. A failure ends the program, so that a failed command never seems to have
  /// succeeded.
  package static func write(_ bytes: [UInt8]) {
    do throws(FileError) {
      try OpenFile.standardOutput.write(bytes)
    } catch {
      // A reader that has seen enough, such as `head`, needs no note.
      if error.errno != EPIPE { note("standard output: \(error)") }
      _exit(ExitCode.outputError.rawValue)
    }
  }

  /// Writes a line of results.
  package static func print(_ line: String) { write(Array((line + "\n").utf8)) }

  /// Writes lines for people.
  package static func note(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    write(Array(lines.map { "brgsa: \($0)\n" }.joined().utf8), to: STDERR_FILENO)
  }

  /// Runs `work` for each file. A failure is reported and does not stop the others.
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

  /// Writes `bytes`, and ignores errors.
  package static func write(_ bytes: [UInt8], to descriptor: Int32) {
    try? OpenFile(borrowing: descriptor).write(bytes)
  }
}

/// A progress line that is rewritten in place; silent unless standard error is a terminal.
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
