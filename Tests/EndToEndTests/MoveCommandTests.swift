import Foundation
import GRDB
import StrictJSON
import TestSupport
import Testing

/// `brgsa db move` and `brgsa db migrate`, and addresses with faults.
@Suite struct MoveCommandTests {
  private func run(_ arguments: String...) async throws -> BrgsaProcess.Outcome {
    try await BrgsaProcess.run(arguments)
  }

  private func sql(_ file: String, _ sql: String) throws {
    let queue = try DatabaseQueue(path: file)
    try queue.write { try $0.execute(sql: sql) }
    try queue.close()
  }

  @Test func aServicesStoreIsMovedAndServedFromItsNewPlace() async throws {
    let folder = try ArchiveFolder()
    let service = try await RunningService(store: folder.store)
    let id = try #require(try await service.keep(ArchiveVolumes.volume(0)).json["id"]?.text)
    let diagnosis = try await service.send(
      "POST", "/v1/diagnoses", #"{"volume_id":"\#(id)","prompts":["pleural effusion"]}"#)
    let place = try #require(diagnosis.header("Location"))
    let other = "\(folder.path)/other.sqlite"
    let busy = try await run("db", "move", folder.store, other)
    #expect(busy.exitCode == 69 && busy.output.isEmpty)
    service.process.signal(SIGTERM)
    _ = await service.process.outcome()

    let moved = try await run("db", "move", folder.store, other)
    #expect(moved.exitCode == 0, "\(moved)")
    #expect(moved.output.contains("volume: 1 rows, sha256 "))
    #expect(moved.output.hasSuffix("all tables are equal\n"))
    #expect(moved.complaints.contains("only the rows were moved"))
    #expect(try await run("db", "move", folder.store, other).output == moved.output)
    let next = try await RunningService(store: other)
    #expect(try await next.answer("GET", place).body == diagnosis.body)
    next.process.signal(SIGTERM)
    _ = await next.process.outcome()
    // Another row in the new place is not overwritten.
    #expect(try await run("db", "move", other, folder.store).exitCode == 0)
    try sql(other, "UPDATE diagnosis SET created_at = created_at + 1")
    let refused = try await run("db", "move", folder.store, other)
    #expect(refused.exitCode == 73 && refused.complaints.contains("table diagnosis, number 1"))
    // That row is wrong, too.
    let third = "\(folder.path)/third.sqlite"
    let damaged = try await run("db", "move", other, third)
    #expect(damaged.exitCode == 65)
    #expect(damaged.output.contains("diagnosis 1: wrong checksum or content\n"))
    #expect(!damaged.output.contains("all tables are equal"))
  }

  @Test func movesThatCannotStartSayWhy() async throws {
    let folder = try ArchiveFolder()
    let missing = try await run("db", "move", folder.store, "\(folder.path)/b")
    #expect(missing.exitCode == 66 && missing.complaints.contains("has no store"))
    #expect(try await run("db", "migrate", folder.store).exitCode == 0)
    #expect(try await run("db", "move", folder.store, folder.store).exitCode == 64)
    #expect(try await run("db", "move", folder.store, ":memory:").exitCode == 64)
    #expect(try await run("db", "move", folder.store, "/nonexistent/x/y").exitCode == 78)
    let address = try await run("db", "move", folder.store, "postgres://u:secret@h:x/d")
    #expect(address.exitCode == 78 && !address.complaints.contains("secret"))
    // Nothing listens on port 1.
    let away = try await run("db", "move", folder.store, "postgresql://u:secret@127.0.0.1:1/d")
    #expect(away.exitCode == 69 && !away.complaints.contains("secret"))
  }

  @Test func migrateMakesAStoreOnce() async throws {
    let folder = try ArchiveFolder()
    let first = try await run("db", "migrate", "--store", folder.store)
    #expect(first.exitCode == 0 && first.output.hasPrefix("version 0 to "))
    let again = try await run("db", "migrate", folder.store)
    let version = first.output.dropFirst("version 0 to ".count)
    #expect(again.output == "version \(version.dropLast()) to \(version)")
    try sql(folder.store, "INSERT INTO grdb_migrations VALUES ('99 later')")
    for arguments in [
      ["db", "migrate", folder.store],
      ["serve", "--port", "0", "--store", folder.store, "--model", Fixtures.tinyModel],
    ] {
      let newer = try await BrgsaProcess.run(arguments)
      #expect(newer.exitCode == 78 && newer.complaints.contains("later version"), "\(newer)")
    }
    #expect(try await run("db", "migrate", ":memory:").exitCode == 64)
  }

  @Test func anEarlierStoreIsCopiedAndTheCopyIsNamed() async throws {
    let folder = try ArchiveFolder()
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/gzip")
    process.arguments = ["-dc", "\(Fixtures.directory)/store-0.1.0.sqlite.gz"]
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try data.write(to: URL(fileURLWithPath: folder.store))
    let migrated = try await run("db", "migrate", folder.store)
    #expect(migrated.exitCode == 0 && migrated.output.hasPrefix("version 2 to "), "\(migrated)")
    let name = "brgsa.sqlite.schema-2"
    #expect(FileManager.default.fileExists(atPath: "\(folder.path)/\(name)"))
    let check = try await run("db", "check", "--store", folder.store)
    #expect(check.exitCode == 0 && check.output == "ok\n" && check.complaints.contains(name))
    let service = try await RunningService(
      ["--retention-days", "36500"], store: folder.store)
    service.process.signal(SIGTERM)
    let outcome = await service.process.outcome()
    #expect(outcome.complaints.contains(name))
    #expect(FileManager.default.fileExists(atPath: "\(folder.path)/\(name)"))
  }

  @Test(arguments: ["postgresql://h:x/d", "postgres://user:secret@h:99999/d?sslpassword=secret"])
  func anAddressWithAFaultIsAWrongSetting(_ address: String) async throws {
    for command in [["serve", "--port", "0"], ["db", "check"], ["config", "--print"]] {
      let outcome = try await BrgsaProcess.run(command + ["--store", address])
      #expect(outcome.exitCode == 78, "\(command)")
      #expect(outcome.complaints.contains("store has a port") && outcome.output.isEmpty)
      #expect(!outcome.complaints.contains("secret"))
    }
    let variable = try await BrgsaProcess.run(
      ["config", "--print"], environment: ["BRGSA_STORE": address])
    #expect(variable.exitCode == 78)
  }

  @Test(arguments: ["postgresql", "postgres"])
  func bothSchemesAreAddresses(_ scheme: String) async throws {
    let address = "\(scheme)://user:secret@127.0.0.1:1/d?sslpassword=hidden"
    let shown = try await run("config", "--print", "--store", address)
    #expect(shown.exitCode == 0)
    #expect(shown.output.contains("store: \"\(scheme)://(hidden)@127.0.0.1:1/d?(hidden)\""))
    let check = try await run("db", "check", "--store", address)
    #expect(check.exitCode == 69)
    #expect(!(check.complaints + shown.output).contains("secret"))
    let folder = FileManager.default.currentDirectoryPath
    #expect(!FileManager.default.fileExists(atPath: "\(folder)/\(scheme):"))
  }
}
