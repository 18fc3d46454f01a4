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

  /// How a process ended, or who waits for it.
  private struct State {
    var status: Int32?
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  let identifier: pid_t
  private let state = Mutex(State())
  private let log: LineLog
  private let output: LineLog

  /// The program lies beside the test bundle.
  static let executable: URL = {
    let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    return bundle.deletingLastPathComponent().appendingPathComponent("brgsa")
  }()

  /// Not Foundation's `Process`: it blocks who waits, and finds out that a process ended by a descriptor that
  /// processes which were started at the same time may have, too.
  ///
  /// - Parameters:
  ///   - fileByteLimit: What any file that the program writes may have, as if the disk were full then.
  ///   - program: Another program than `brgsa`.
  init(
    _ arguments: [String], input: String = "", environment: [String: String] = [:],
    fileByteLimit: Int? = nil, program: String? = nil
  ) throws {
    var words = [program ?? Self.executable.path] + arguments
    if let fileByteLimit {
      let shell = "ulimit -f \(fileByteLimit / 512); trap '' XFSZ; exec \"$@\""
      words = ["/bin/sh", "-c", shell, "sh"] + words
    }
    let variables = ProcessInfo.processInfo.environment
      .filter { !$0.key.hasPrefix("BRGSA_") }.merging(environment) { $1 }
      .map { "\($0)=\($1)" }
    let (process, pipes) = try Self.spawning.withLock { _ in
      let pipes = [try PipeEnds(), try PipeEnds(), try PipeEnds()]
      let ends = [pipes[0].reading, pipes[1].writing, pipes[2].writing]
      defer { for end in ends { close(end) } }
      return (try Self.spawn(words, variables, ends), pipes)
    }
    identifier = process
    output = LineLog(pipes[1].reading)
    log = LineLog(pipes[2].reading)
    Thread.detachNewThread { [self] in waitForEnd() }
    FileHandle(fileDescriptor: pipes[0].writing, closeOnDealloc: true).write(Data(input.utf8))
  }

  /// Held while descriptors are made and handed on, so that no process gets another's.
  private static let spawning = Mutex(())

  private struct PipeEnds {
    let reading: Int32
    let writing: Int32

    init() throws {
      var ends: [Int32] = [0, 0]
      guard pipe(&ends) == 0 else { throw POSIXError(.EMFILE) }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      (reading, writing) = (ends[0], ends[1])
    }
  }

  private static func spawn(
    _ words: [String], _ variables: [String], _ standard: [Int32]
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (place, descriptor) in standard.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(place))
    }
    // What other tests have open is not for this program: it would keep a removed file's room taken.
    try Self.closeDescriptors(from: Int32(standard.count), by: &actions)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
    var (arguments, environment) = (words.map { strdup($0) }, variables.map { strdup($0) })
    defer { for text in arguments + environment { free(text) } }
    arguments.append(nil)
    environment.append(nil)
    var identifier = pid_t()
    let code = posix_spawn(&identifier, words[0], &actions, &attributes, arguments, environment)
    guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO) }
    return identifier
  }

  private typealias AddCloseFrom =
    @convention(c) (
      UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32
    ) -> Int32

  /// Glibc's module leaves `posix_spawn_file_actions_addclosefrom_np` out, the library has it.
  private static func closeDescriptors(
    from first: Int32, by actions: inout posix_spawn_file_actions_t
  ) throws {
    let name = "posix_spawn_file_actions_addclosefrom_np"
    guard let symbol = dlsym(nil, name) else { throw POSIXError(.ENOSYS) }
    let code = unsafeBitCast(symbol, to: AddCloseFrom.self)(&actions, first)
    guard code == 0 else { throw POSIXError(.ENOMEM) }
  }

  private func waitForEnd() {
    var status: Int32 = 0
    // Ended, but not gone: nobody else gets its number, so a signal now hurts nobody.
    var information = siginfo_t()
    while waitid(P_PID, id_t(identifier), &information, WEXITED | WNOWAIT) < 0, errno == EINTR {}
    let waiters = state.withLock { state in
      while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
      state.status = status
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  private var isRunning: Bool { state.withLock { $0.status == nil } }

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
    await withCheckedContinuation { continuation in
      let hasEnded = state.withLock { state in
        if state.status == nil { state.waiters.append(continuation) }
        return state.status != nil
      }
      if hasEnded { continuation.resume() }
    }
    let status = state.withLock { $0.status } ?? 0
    let signal = status & 0x7f
    return Outcome(
      exitCode: signal == 0 ? status >> 8 & 0xff : signal, wasExit: signal == 0, output: output,
      complaints: complaints)
  }

  /// The first line of the log, of those that came or will come, that holds `text`; nil if none will.
  func logLine(with text: String) async -> String? { await log.first { $0.contains(text) } }

  /// Everything logged so far.
  var logged: String { log.soFar }

  func signal(_ signal: Int32) {
    state.withLock { if $0.status == nil { kill(identifier, signal) } }
  }

  /// Sends `signal` as soon as `isDue`, from a thread of its own: the tasks' threads may all be taken by other
  /// tests for as long as the program runs.
  func signal(_ signal: Int32, when isDue: @escaping @Sendable () -> Bool) async {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { [self] in
        while isRunning && !isDue() { usleep(1000) }
        self.signal(signal)
        continuation.resume()
      }
    }
  }

  /// Resident memory in bytes, now and at its largest.
  var memory: (now: Int, peak: Int) {
    let path = "/proc/\(identifier)/status"
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

  /// - Parameter descriptor: Read to its end, then closed.
  init(_ descriptor: Int32) {
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
      close(descriptor)
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
