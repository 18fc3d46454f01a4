import Foundation
import Glibc
import StrictJSON
import TestSupport
import Testing

/// Rows O1 to O4 of HostileInputs.md: signals, through the real server.
@Suite(.enabled(if: HostileRow.isAskedFor), .timeLimit(.minutes(30))) struct HostileSignalTests {
  private let good = HostileVolumes.good().bytes()

  private func uploads(_ service: RunningService, _ count: Int) async throws -> [RawClient] {
    let head =
      "POST /v1/diagnoses?prompt=gas HTTP/1.1\r\nHost: localhost\r\n"
      + "Content-Type: application/octet-stream\r\nContent-Length: \(good.count)\r\n\r\n"
    var clients: [RawClient] = []
    for _ in 0..<count {
      clients.append(try await service.sent(Array(head.utf8) + good.prefix(1000)))
    }
    return clients
  }

  @Test func aDrainFinishesWhatCanBeFinishedAndRefusesWhatIsNew() async throws {
    let service = try await RunningService(["--shutdown-grace", "20"])
    let clients = try await uploads(service, 8)
    service.process.signal(SIGTERM)
    _ = await service.process.logLine(with: "stopping")
    #expect(try await service.answer("GET", "/readyz").status == 503, "O1")
    let refused = try await service.diagnose(good)
    #expect(refused.status == 503 && refused.code == "draining", "O1")
    #expect(refused.header("Connection")?.lowercased() == "close", "O1")
    #expect(Int(refused.header("Retry-After") ?? "") ?? 0 >= 1, "O1")
    // Four finish in time, four never do.
    for client in clients.prefix(4) {
      await client.send(Array(good.dropFirst(1000)))
      let status = try await client.answer().status
      #expect(status == 200 || status == 503, "O1: \(status)")
    }
    let outcome = await service.process.outcome()
    #expect(outcome.wasExit && outcome.exitCode == 0, "O1")
    for client in clients.suffix(4) { #expect(await client.isClosedByServer(), "O1") }
    #expect(service.spooled.isEmpty, "O1")
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func aSecondSignalEndsAtOnceAndLosesNothing(_ second: Int32) async throws {
    let folder = try ArchiveFolder()
    let service = try await RunningService(["--shutdown-grace", "3600"], store: folder.store)
    let id = try #require(try await service.keep(good).json["id"]?.text)
    let clients = try await uploads(service, 4)
    service.process.signal(SIGTERM)
    _ = await service.process.logLine(with: "stopping")
    // The grace would outlive this test.
    service.process.signal(second)
    let outcome = await service.process.outcome()
    #expect(outcome.wasExit, "O2: \(outcome.exitCode)")
    for client in clients { #expect(await client.isClosedByServer(), "O2") }
    let check = try await BrgsaProcess.run(["db", "check", "--store", folder.store])
    #expect(check.exitCode == 0, "O2")
    let next = try await RunningService(store: folder.store)
    #expect(try await next.volumeIDs() == [id], "O2")
  }

  @Test func straySignalsEndNothing() async throws {
    let service = try await RunningService()
    let client = try #require(try await uploads(service, 1).first)
    for signal in [SIGHUP, SIGUSR1, SIGUSR2, SIGPIPE, SIGCHLD, SIGWINCH, SIGURG, SIGCONT] {
      service.process.signal(signal)
      #expect(try await service.answer("GET", "/readyz").status == 200, "O3 signal \(signal)")
    }
    await client.send(Array(good.dropFirst(1000)))
    #expect(try await client.answer().status == 200, "O3")
  }

  /// A machine that slept is no reason to call its clients late: a head has ten seconds, silence fifteen, or thirty in an
  /// upload.
  @Test func aProcessThatStoodStillCutsNobodyForIt() async throws {
    let service = try await RunningService()
    let uploads = try await uploads(service, 10)
    var heads: [RawClient] = []
    for _ in 0..<10 {
      heads.append(try await service.sent(Array("GET /livez HTTP/1.1\r\nHost: loc".utf8)))
    }
    let idle = try await service.sent(Array("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
    #expect(try await idle.answer().status == 200, "O3")
    service.process.signal(SIGSTOP)
    try await Task.sleep(for: .seconds(31))
    service.process.signal(SIGCONT)
    for head in heads { await head.send("alhost\r\n\r\n") }
    await idle.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
    for upload in uploads { await upload.send(Array(good.dropFirst(1000))) }
    for client in heads + uploads + [idle] {
      #expect(try await client.answer().status == 200, "O3")
    }
  }

  @Test func aKillInTheMiddleOfUploadsLeavesTheStoreAndNoFile() async throws {
    let folder = try ArchiveFolder()
    let service = try await RunningService(store: folder.store)
    let id = try #require(try await service.keep(good).json["id"]?.text)
    let clients = try await uploads(service, 8)
    service.process.signal(SIGKILL)
    _ = await service.process.outcome()
    for client in clients { #expect(await client.isClosedByServer(), "O4") }
    #expect(service.spooled.isEmpty, "O4")
    let next = try await RunningService(store: folder.store)
    #expect(try await next.volumeIDs() == [id], "O4")
  }
}
