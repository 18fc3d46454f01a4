import Foundation
import Glibc
import TestSupport
import Testing

/// A crash shows its signal and nothing of the process's memory, whatever the environment asks for.
@Suite(.timeLimit(.minutes(30))) struct CrashTests {
  private static let talkative =
    "enable=yes,registers=all,images=all,threads=all,limit=100,format=full,color=no,interactive=no"

  @Test(arguments: [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGQUIT, SIGSYS])
  func aServiceThatCrashesShowsOnlyItsSignal(signal: Int32) async throws {
    let service = try await RunningService(environment: ["SWIFT_BACKTRACE": Self.talkative])
    service.process.signal(signal)
    let outcome = await service.process.outcome()
    #expect(!outcome.wasExit && outcome.exitCode == signal, "it does not end by its signal")
    let line = "brgsa: crashed by signal \(signal < 10 ? "0" : "")\(signal);"
    #expect(outcome.complaints.contains(line), "\(outcome.complaints)")
    for word in ["0x", "Backtrace", "Registers", "Thread", "rip", "Images", "*** "] {
      #expect(!outcome.complaints.contains(word), "\(word) in \(outcome.complaints)")
    }
  }

  /// The command has answered a line and waits for the next, which never comes, when it crashes.
  @Test func everyCommandIsQuiet() async throws {
    let folder = try ArchiveFolder()
    let shell =
      "mkfifo \"$0\" && exec 3<>\"$0\" && echo 'There is gas.' >&3 && exec \"$@\" <&3 1>&2"
    let process = try BrgsaProcess(
      [
        "-c", shell, "\(folder.path)/lines", BrgsaProcess.executable.path, "tokenize", "--model",
        Fixtures.tinyModel,
      ], environment: ["SWIFT_BACKTRACE": Self.talkative], program: "/bin/sh")
    _ = try #require(await process.logLine(with: "2 "))
    process.signal(SIGSEGV)
    let outcome = await process.outcome()
    #expect(!outcome.wasExit && outcome.exitCode == SIGSEGV)
    #expect(outcome.complaints.contains("crashed by signal 11"), "\(outcome.complaints)")
    #expect(!outcome.complaints.contains("0x"), "\(outcome.complaints)")
  }

  @Test func noCoreIsWritten() async throws {
    let service = try await RunningService()
    let limits = try #require(
      FileManager.default.contents(atPath: "/proc/\(service.process.identifier)/limits")
        .map { String(decoding: $0, as: UTF8.self) })
    let core = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max core") })
    #expect(core.split(separator: " ").filter { $0 == "0" }.count == 2, "\(core)")
  }
}
