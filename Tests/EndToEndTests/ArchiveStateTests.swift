import Foundation
import GRDB
import Glibc
import StrictJSON
import TestSupport
import Testing

/// A store that another model, another program, a later version or a failing disk had its hands in.
@Suite struct ArchiveStateTests {
  /// Row G7.
  @Test func embeddingsOfAnotherModelAreNeitherSearchedNorUsed() async throws {
    let folder = try ArchiveFolder()
    let volume = HostileVolumes.good().bytes()
    let id = try await {
      let service = try await RunningService(store: folder.store)
      return try #require(try await service.keep(volume).json["id"]?.text)
    }()
    let other = try await RunningService(
      model: "\(Fixtures.checkout)/Models/phantom", store: folder.store)
    let query = #"{"query":{"text":"rib fracture"}}"#
    let found = try await other.send("POST", "/v1/retrievals", query)
    #expect(try found.json["searched"]?.number == 0)
    #expect(try await other.answer("GET", "/v1/volumes/\(id)").json["encoded"] == .bool(false))
    #expect(try await other.answer("GET", "/v1/volumes/\(id)/embedding").status == 404)
    let byID = #"{"volume_id":"\#(id)","prompts":["gas"]}"#
    #expect(try await other.send("POST", "/v1/diagnoses", byID).status == 404)
    let again = try await other.diagnose(volume)
    #expect(try again.json["cache"]?["volume"]?.text == "miss")
    #expect(try await other.send("POST", "/v1/retrievals", query).json["searched"]?.number == 1)
    #expect(try await other.send("POST", "/v1/diagnoses", byID).status == 200)
  }

  /// Row N1.
  @Test func aForeignLockHoldsUpWritesForTwoSecondsAndReadsNotAtAll() async throws {
    let folder = try ArchiveFolder()
    let service = try await RunningService(store: folder.store)
    let id = try #require(try await service.keep(ArchiveVolumes.volume(0)).json["id"]?.text)
    let path = "/v1/volumes/\(id)/metadata"
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let intruder = try DatabaseQueue(path: folder.store, configuration: configuration)
    try await intruder.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
    let start = ContinuousClock.now
    let refused = try await service.send("PUT", path, #"{"accession":"1"}"#)
    #expect(refused.status == 503 && refused.code == "store-busy")
    #expect(refused.header("Retry-After") == "2")
    #expect(ContinuousClock.now - start > .seconds(1.9))
    #expect(try await service.volumeIDs() == [id])
    let findings = try await service.diagnose(ArchiveVolumes.volume(1))
    #expect(findings.status == 200)
    #expect(try findings.json["cache"]?["stored"] == .bool(false))
    try await intruder.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
    #expect(try await service.send("PUT", path, #"{"accession":"1"}"#).status == 200)
  }

  /// Row N3.
  @Test func damageThatComesWhileInUseCostsTheStoreAndNoFindings() async throws {
    let folder = try ArchiveFolder()
    let service = try await RunningService(store: folder.store)
    for number in 0..<40 { _ = try await service.keep(ArchiveVolumes.volume(number)) }
    let wal = "\(folder.store)-wal"
    // All pages go into the file, and then every one is overwritten but the first.
    try await DatabaseQueue(path: folder.store).writeWithoutTransaction { database in
      _ = try database.checkpoint(.truncate)
    }
    #expect((try? Data(contentsOf: URL(fileURLWithPath: wal)))?.isEmpty ?? true)
    let file = try #require(FileHandle(forWritingAtPath: folder.store))
    let size = Int(try file.seekToEnd())
    try file.seek(toOffset: 8192)
    try file.write(contentsOf: Data(repeating: 0xFF, count: size - 8192))
    try file.close()
    // A connection may still have old pages in memory; what it answers is then right.
    var codes: Set<String> = []
    for number in 0..<40 {
      let answer = try await service.keep(ArchiveVolumes.volume(1000 + number))
      #expect([200, 201, 503].contains(answer.status))
      if let code = answer.code { codes.insert(code) }
      let listed = try await service.answer("GET", "/v1/volumes?limit=1000")
      if let code = listed.code { codes.insert(code) }
    }
    #expect(codes == ["store-unavailable"])
    let findings = try await service.diagnose(ArchiveVolumes.volume(7))
    #expect(findings.status == 200)
    #expect(try findings.json["cache"]?["stored"] == .bool(false))
    let ready = try await service.answer("GET", "/readyz")
    #expect(ready.status == 200)
    #expect(try ready.json["checks"]?["store"]?.text == "failed")
    service.process.signal(SIGTERM)
    _ = await service.process.outcome()
    // A restart makes a sound store of what is left.
    let next = try await RunningService(store: folder.store)
    #expect(try await next.keep(ArchiveVolumes.volume(2000)).status == 201)
  }

  /// Row N4.
  @Test func aLaterProgramsStoreIsRefusedAndNotTouched() async throws {
    let folder = try ArchiveFolder()
    try await {
      let service = try await RunningService(store: folder.store)
      _ = try await service.keep(ArchiveVolumes.volume(0))
      service.process.signal(SIGTERM)
      _ = await service.process.outcome()
    }()
    try await DatabaseQueue(path: folder.store).write { database in
      try database.execute(sql: "INSERT INTO grdb_migrations VALUES ('of the future')")
    }
    let url = URL(fileURLWithPath: folder.store)
    let before = try Data(contentsOf: url)
    let outcome = try await BrgsaProcess.run(
      ["serve", "--port", "0", "--model", Fixtures.tinyModel, "--store", folder.store])
    #expect(outcome.exitCode == 78)
    #expect(outcome.complaints.contains("a later version"))
    #expect(try Data(contentsOf: url) == before)
  }

  /// Row M4.
  @Test func aDiskThatDoesNotTakeWhatIsWrittenEndsTheService() async throws {
    let folder = try ArchiveFolder()
    let trigger = "\(folder.path)/fail"
    guard let library = try await FailingDisk.library(in: folder.path, trigger: trigger) else {
      return
    }
    let service = try await RunningService(
      store: folder.store, environment: ["LD_PRELOAD": library])
    let id = try #require(try await service.keep(ArchiveVolumes.volume(0)).json["id"]?.text)
    try Data().write(to: URL(fileURLWithPath: trigger))
    let refused = try await service.keep(ArchiveVolumes.volume(1))
    #expect(refused.status == 503 && refused.code == "store-unavailable")
    #expect(await service.process.outcome().exitCode == 1)
    #expect(service.process.logged.contains("a write did not reach the disk"))
    try FileManager.default.removeItem(atPath: trigger)
    let next = try await RunningService(store: folder.store)
    #expect(try await next.volumeIDs().contains(id))
  }
}

/// A library that lets `fsync` and `fdatasync` fail while a file exists.
private enum FailingDisk {
  /// - Returns: nil where there is no C compiler to make it with.
  static func library(in folder: String, trigger: String) async throws -> String? {
    let source = "\(folder)/disk.c"
    try Data(
      """
      #include <errno.h>
      #include <sys/syscall.h>
      #include <unistd.h>
      static int fails(void) { return access("\(trigger)", F_OK) == 0; }
      int fsync(int file) {
        if (fails()) { errno = EIO; return -1; }
        return (int)syscall(SYS_fsync, file);
      }
      int fdatasync(int file) {
        if (fails()) { errno = EIO; return -1; }
        return (int)syscall(SYS_fdatasync, file);
      }
      """.utf8
    ).write(to: URL(fileURLWithPath: source))
    let compiler = try BrgsaProcess(
      ["clang", "-shared", "-fPIC", "-o", "\(folder)/disk.so", source], program: "/usr/bin/env")
    return await compiler.outcome().exitCode == 0 ? "\(folder)/disk.so" : nil
  }
}
