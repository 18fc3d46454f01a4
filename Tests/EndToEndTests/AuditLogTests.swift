import Foundation
import StrictJSON
import TestSupport
import Testing

struct AuditLogTests {
  private let good = ArchiveVolumes.volume(7)

  @Test func whoDidWhatToWhichIDIsKeptAndNothingElse() async throws {
    let folder = try ArchiveFolder()
    let (keys, log) = ("\(folder.path)/keys", "\(folder.path)/audit")
    let added = try await BrgsaProcess.run([
      "keys", "add", "pacs", "--scopes", "infer,write", "--keys-file", keys,
    ])
    let bearer = "Authorization: Bearer \(added.output.dropLast())"
    let arguments = ["--keys-file", keys, "--audit-log", log]
    let service = try await RunningService(arguments)
    #expect(try await service.keep(good, headers: [bearer]).status == 201)
    let diagnosis = try await service.answer(
      "POST", "/v1/diagnoses?prompt=SECRET", type: "application/octet-stream", body: good,
      headers: [bearer])
    let place = try #require(diagnosis.header("Location"))
    #expect(try await service.answer("GET", place, headers: [bearer]).status == 403)
    #expect(try await service.answer("GET", "/v1/volumes/SECRET").status == 401)
    let gone = "/v1/volumes/sha256-\(String(repeating: "0", count: 64))"
    #expect(try await service.answer("DELETE", gone, headers: [bearer]).status == 404)
    #expect(try await service.answer("GET", "/livez").status == 200)
    // A second service would write between the lines of the first.
    let second = try await BrgsaProcess.run(
      ["serve", "--port", "0", "--store", ":memory:", "--model", Fixtures.tinyModel] + arguments)
    #expect(second.exitCode == 78 && second.complaints.contains("another process"))
    service.process.signal(SIGTERM)
    #expect(await service.process.outcome().exitCode == 0)

    let lines = try Self.lines(log)
    let volume = "sha256-\(ModelDigest.sha256(good))"
    let seen = lines.map { line in
      ["event", "client", "route", "subject", "status"].map { name in
        line[name].map { String(decoding: $0.bytes, as: UTF8.self) } ?? "-"
      }.joined(separator: " ").replacing("\"", with: "")
    }
    // A request's line follows its end, and requests of several connections may end in any order.
    #expect(seen.first == "start - - - -" && seen.last == "stop - - - -")
    #expect(
      seen.dropFirst().dropLast().sorted()
        == [
          "request pacs /v1/volumes \(volume) 201",
          "request pacs /v1/diagnoses \(place.dropFirst("/v1/diagnoses/".count)) 200",
          "request pacs /v1/diagnoses/{id} null 403", "request null /v1/volumes/{id} null 401",
          "request pacs /v1/volumes/{id} null 404",
        ].sorted())
    let text = String(decoding: try Self.bytes(log), as: UTF8.self)
    #expect(!text.contains("SECRET") && !text.contains(bearer.suffix(60)))

    let check = try await BrgsaProcess.run(["audit", "verify", log])
    #expect(check.exitCode == 0 && check.output.hasPrefix("7 lines, "))
    let hash = String(check.output.dropFirst(9).dropLast())
    // The next service goes on with the same chain.
    let next = try await RunningService(arguments)
    next.process.signal(SIGTERM)
    #expect(await next.process.outcome().exitCode == 0)
    let later = try await BrgsaProcess.run(["audit", "verify", log, "--contains", hash])
    #expect(later.exitCode == 0 && later.output.hasPrefix("9 lines, "))
    let changed = text.replacing(" 401", with: " 200").replacing(":401", with: ":200")
    let pairs = zip(text.split(separator: "\n"), changed.split(separator: "\n"))
    // Its place varies, as the order of the requests' lines does.
    let line = try #require(pairs.enumerated().first { $1.0 != $1.1 }).offset + 1
    try Data(changed.utf8).write(to: URL(fileURLWithPath: log))
    let caught = try await BrgsaProcess.run(["audit", "verify", log])
    #expect(caught.exitCode == 65 && caught.complaints.contains("line \(line)"))
    #expect(try await BrgsaProcess.run(["audit", "verify", "/nonexistent"]).exitCode == 66)
  }

  @Test func aServiceThatIsKilledLeavesALogThatIsRight() async throws {
    let folder = try ArchiveFolder()
    let log = "\(folder.path)/audit"
    for round in 0..<3 {
      let service = try await RunningService(["--audit-log", log])
      await withTaskGroup { group in
        for _ in 0..<4 {
          group.addTask { while (try? await service.answer("GET", "/v1/info").status) == 200 {} }
        }
        group.addTask {
          while (try? Self.lines(log).count) ?? 0 < 100 * (round + 1) {
            try? await Task.sleep(for: .milliseconds(5))
          }
          service.process.signal(SIGKILL)
        }
      }
    }
    let service = try await RunningService(["--audit-log", log])
    service.process.signal(SIGTERM)
    let outcome = await service.process.outcome()
    #expect(outcome.exitCode == 0, "\(outcome)")
    let check = try await BrgsaProcess.run(["audit", "verify", log])
    #expect(check.exitCode == 0, "\(check.complaints)")
  }

  @Test func aLogOnAFullDiskHoldsUpNobodyAndSaysWhatIsMissing() async throws {
    // No file of this service may have more than 4,096 bytes; all that it keeps is in memory.
    let folder = try ArchiveFolder()
    let log = "\(folder.path)/audit"
    let service = try await RunningService(["--audit-log", log], fileByteLimit: 4096)
    for _ in 0..<40 { #expect(try await service.answer("GET", "/v1/info").status == 200) }
    _ = await service.process.logLine(with: "the audit log is not writable")
    #expect(try Self.bytes(log).count <= 4096)
    service.process.signal(SIGTERM)
    #expect(await service.process.outcome().exitCode == 0)
    #expect(try await BrgsaProcess.run(["audit", "verify", log]).exitCode == 0)
  }

  private static func lines(_ path: String) throws -> [JSON] {
    try bytes(path).split(separator: UInt8(ascii: "\n")).map { try JSON(parsing: Array($0)) }
  }

  private static func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }
}
