import Foundation
import Glibc
import TestSupport
import Testing

/// What the tests of HostileInputs.md ask of a running service beyond one good request.
extension RunningService {
  /// Sends exactly these bytes on a connection of their own.
  ///
  /// - Returns: The client, for its answer.
  func sent(_ bytes: [UInt8]) async throws -> RawClient {
    let client = try RawClient(port: port)
    await client.send(bytes)
    return client
  }

  /// The next good request is answered, nothing lies in the spool, and no connection was lost for it.
  func expectUnharmed(after row: String) async throws {
    #expect(try await answer("GET", "/livez").status == 200, "after \(row)")
    #expect(spooled.isEmpty, "after \(row)")
  }

  /// Descriptors that the process has open.
  var openDescriptors: Int { HostileProcess.descriptors(process.identifier).count }

  /// A value of `/metrics`, by its whole name with labels.
  func metric(_ name: String) async throws -> Double? {
    let text = try await answer("GET", "/metrics").text
    let line = text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
    return line.flatMap { Double($0.dropFirst(name.utf8.count + 1)) }
  }

  /// Looks again until it is so; false if it is not after four minutes: a test has five.
  func eventually(_ isSo: () async throws -> Bool) async throws -> Bool {
    let start = ContinuousClock.now
    while ContinuousClock.now - start < .seconds(240) {
      if try await isSo() { return true }
      try await Task.sleep(for: .milliseconds(20))
    }
    return false
  }
}

/// The program behind a shell command that limits or redirects it first.
enum HostileProcess {
  /// Beside the test bundle, as for ``BrgsaProcess``.
  private static let executable: String = {
    let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    return bundle.deletingLastPathComponent().appendingPathComponent("brgsa").path
  }()

  /// Runs `serve` on a free port after `shell`, in which `exec "$@"` starts it.
  ///
  /// - Parameter folder: Where its spool and calibrations are.
  static func serve(
    _ shell: String, folder: String, store: String = ":memory:", _ more: [String] = []
  ) throws -> BrgsaProcess {
    try BrgsaProcess(
      [
        "-c", shell, "sh", executable, "serve", "--port", "0", "--model", Fixtures.tinyModel,
        "--spool", "\(folder)/spool", "--calibrations", "\(folder)/calibrations", "--store", store,
      ] + more, program: "/bin/sh")
  }

  /// What each descriptor of a process is.
  static func descriptors(_ process: pid_t) -> [Int: String] {
    let folder = "/proc/\(process)/fd"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.reduce(into: [:]) { all, name in
      guard let number = Int(name) else { return }
      all[number] = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)")
    }
  }

  /// Hundredths of a second of processor time that a process has used.
  static func ticks(_ process: pid_t) -> Int {
    let text = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
    let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
    return fields.count > 12 ? (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0) : 0
  }

  /// The port that a process listens on, found without its log; nil if it never listens.
  static func port(of process: pid_t) async throws -> UInt16? {
    for _ in 0..<24_000 {
      let sockets = Set(descriptors(process).values)
      // Foundation's `String(contentsOfFile:)` takes only the first page of a file that tells no size.
      let bytes = try FileHandle(forReadingAtPath: "/proc/net/tcp")?.readToEnd() ?? Data()
      let table = String(decoding: bytes, as: UTF8.self)
      for line in table.split(separator: "\n").dropFirst() {
        let fields = line.split(separator: " ")
        guard fields.count > 9, fields[3] == "0A", sockets.contains("socket:[\(fields[9])]"),
          let port = fields[1].split(separator: ":").last
        else { continue }
        return UInt16(port, radix: 16)
      }
      try await Task.sleep(for: .milliseconds(10))
    }
    return nil
  }

  /// The status of one request to a service that is known by its port only; nil without an answer.
  static func status(_ method: String, _ target: String, port: UInt16) async -> Int? {
    guard let client = try? RawClient(port: port) else { return nil }
    await client.send(
      "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    return try? await client.answer().status
  }
}
