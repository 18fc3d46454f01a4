import Foundation
import Synchronization
import TestSupport

/// A run of the real program.
final class BrgsaProcess: Sendable {
  /// What a finished run left.
  struct Outcome: Sendable {
    let exitCode: Int32
    /// Whether it ended by itself and not by a signal.
    let wasExit: Bool
    let output: String
    let complaints: String
  }

  private let process: Process
  private let log: LineLog
  private let output: LineLog

  /// The program lies beside the test bundle.
  private static let executable: URL = {
    let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    return bundle.deletingLastPathComponent().appendingPathComponent("brgsa")
  }()

  init(_ arguments: [String], input: String = "", environment: [String: String] = [:]) throws {
    process = Process()
    process.executableURL = Self.executable
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment
      .filter { !$0.key.hasPrefix("BRGSA_") }.merging(environment) { $1 }
    let (outputPipe, logPipe, inputPipe) = (Pipe(), Pipe(), Pipe())
    process.standardOutput = outputPipe
    process.standardError = logPipe
    process.standardInput = inputPipe
    output = LineLog(outputPipe.fileHandleForReading)
    log = LineLog(logPipe.fileHandleForReading)
    try process.run()
    inputPipe.fileHandleForWriting.write(Data(input.utf8))
    try inputPipe.fileHandleForWriting.close()
  }

  /// Runs to the end.
  static func run(
    _ arguments: [String], input: String = "", environment: [String: String] = [:]
  ) async throws -> Outcome {
    try await BrgsaProcess(arguments, input: input, environment: environment).outcome()
  }

  /// Waits for the end.
  func outcome() async -> Outcome {
    let output = await output.everything()
    let complaints = await log.everything()
    process.waitUntilExit()
    return Outcome(
      exitCode: process.terminationStatus, wasExit: process.terminationReason == .exit,
      output: output, complaints: complaints)
  }

  /// The first line of the log, of those that came or will come, that holds `text`; nil if none will.
  func logLine(with text: String) async -> String? { await log.first { $0.contains(text) } }

  /// Everything logged so far.
  var logged: String { log.soFar }

  func signal(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Sends `signal` as soon as `isDue`, from a thread of its own: the tasks' threads may all be taken by other
  /// tests for as long as the program runs.
  func signal(_ signal: Int32, when isDue: @escaping @Sendable () -> Bool) async {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { [self] in
        while process.isRunning && !isDue() { usleep(1000) }
        if process.isRunning { self.signal(signal) }
        continuation.resume()
      }
    }
  }

  /// Resident memory in bytes, now and at its largest.
  var memory: (now: Int, peak: Int) {
    let path = "/proc/\(process.processIdentifier)/status"
    let status = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    func kilobytes(_ key: String) -> Int {
      status.split(separator: "\n").first { $0.hasPrefix(key) }
        .flatMap { Int($0.split(separator: " ").dropLast().last ?? "") } ?? 0
    }
    return (1024 * kilobytes("VmRSS:"), 1024 * kilobytes("VmHWM:"))
  }
}

/// Lines as they come out of a pipe.
final class LineLog: Sendable {
  private struct State {
    var text = ""
    var isComplete = false
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  init(_ handle: FileHandle) {
    let descriptor = handle.fileDescriptor
    Thread.detachNewThread { [self] in
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count < 0 && errno == EINTR { continue }
        let piece = count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
        let waiters = state.withLock { state in
          state.text += piece ?? ""
          state.isComplete = piece == nil
          defer { state.waiters = [] }
          return state.waiters
        }
        for waiter in waiters { waiter.resume() }
        if piece == nil { break }
      }
      withExtendedLifetime(handle) {}
    }
  }

  var soFar: String { state.withLock { $0.text } }

  func first(where matches: (Substring) -> Bool) async -> String? {
    while true {
      let (text, isComplete) = state.withLock { ($0.text, $0.isComplete) }
      if let line = text.split(separator: "\n").first(where: matches) { return String(line) }
      if isComplete { return nil }
      await change(from: text)
    }
  }

  func everything() async -> String {
    while true {
      let (text, isComplete) = state.withLock { ($0.text, $0.isComplete) }
      if isComplete { return text }
      await change(from: text)
    }
  }

  private func change(from text: String) async {
    await withCheckedContinuation { continuation in
      let isOld = state.withLock { state in
        guard state.text == text, !state.isComplete else { return true }
        state.waiters.append(continuation)
        return false
      }
      if isOld { continuation.resume() }
    }
  }
}
