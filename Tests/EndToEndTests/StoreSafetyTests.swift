import Foundation
import GRDB
import Glibc
import StrictJSON
import TestSupport
import Testing

/// A store whose file is displaced, whose disk fills, whose pages are damaged, and whose clock jumps.
@Suite(.timeLimit(.minutes(30))) struct StoreSafetyTests {
  private let model = ["--model", Fixtures.tinyModel]

  @Test(arguments: ["deleted", "moved", "linked"])
  func nothingIsAcknowledgedOnceTheFileIsGoneAndTheServiceEnds(_ how: String) async throws {
    let folder = try ArchiveFolder()
    let service = try await RunningService(store: folder.store)
    #expect(try await service.keep(ArchiveVolumes.volume(1)).status == 201)
    let manager = FileManager.default
    switch how {
    case "deleted": try manager.removeItem(atPath: folder.store)
    case "moved": try manager.moveItem(atPath: folder.store, toPath: "\(folder.path)/elsewhere")
    default: try manager.linkItem(atPath: folder.store, toPath: "\(folder.path)/second")
    }
    // The service may notice by itself and end before it is asked.
    if let refused = try? await service.keep(ArchiveVolumes.volume(2)) {
      #expect(refused.status == 503 && refused.code == "store-unavailable")
    }
    #expect(await service.process.logLine(with: "deleted, moved or hard-linked") != nil)
    #expect(await service.process.outcome().exitCode == 1)
    guard how == "linked" else { return }
    for store in [folder.store, "\(folder.path)/second"] {
      let outcome = try await BrgsaProcess.run(["serve", "--port", "0", "--store", store] + model)
      #expect(outcome.exitCode == 78 && outcome.complaints.contains("second hard link"))
    }
  }

  @Test func deletionsWorkOnAFullDiskAndReadinessSaysSo() async throws {
    let folder = try ArchiveFolder()
    guard mount("tmpfs", folder.path, "tmpfs", 0, "size=16m") == 0 else {
      return  // Only root can mount; the store's own tests cover the rest.
    }
    defer { umount2(folder.path, Int32(MNT_DETACH)) }
    let service = try await RunningService(store: folder.store)
    var ids: [String] = []
    for number in 0..<4 {
      ids.append(
        try #require(try await service.keep(ArchiveVolumes.volume(number)).json["id"]?.text))
    }
    let prompts = (0..<100).map {
      "\"There is \($0) effusion \(String(repeating: "of it ", count: 150))\""
    }
    let body = #"{"volume_id":"\#(ids[0])","prompts":[\#(prompts.joined(separator: ","))]}"#
    var unstored: RawAnswer?
    for _ in 0..<400 where unstored == nil {
      let answer = try await service.send("POST", "/v1/diagnoses", body)
      #expect(answer.status == 200)
      if answer.header("Location") == nil { unstored = answer }
    }
    #expect(unstored != nil)
    #expect(try await Self.store(service) == "disk-low")
    let filler = "\(folder.path)/filler"
    var space = statvfs()
    #expect(statvfs(folder.path, &space) == 0)
    try Data(count: Int(space.f_bavail) * Int(space.f_frsize)).write(
      to: URL(fileURLWithPath: filler))
    #expect(try await service.keep(ArchiveVolumes.volume(9)).code == "storage-full")
    #expect(try await Self.store(service) == "disk-full")
    let ready = try await service.answer("GET", "/readyz")
    #expect(try ready.json["notes"]?.elements.count == 1)
    #expect(await service.process.logLine(with: "warning brgsa") != nil)
    for id in ids {
      #expect(try await service.answer("DELETE", "/v1/volumes/\(id)").status == 204)
    }
    #expect(try await service.volumeIDs().isEmpty)
    // Room in the file is room for volumes, but not while the log has none.
    try FileManager.default.removeItem(atPath: filler)
    #expect(try await service.keep(ArchiveVolumes.volume(9)).status == 201)
    let info = try await service.answer("GET", "/v1/info").json["limits"]
    #expect(info?["store_reserve_bytes"]?.number == Double(1 << 20))
    #expect(info?["stored_diagnosis_bytes"]?.number == Double(10 << 30))
  }

  private static func store(_ service: RunningService) async throws -> String? {
    try await service.answer("GET", "/readyz").json["checks"]?["store"]?.text
  }

  @Test func storedDiagnosesHaveALimit() async throws {
    let service = try await RunningService(["--diagnosis-limit", "20000"])
    var stored = 0
    for number in 0..<100 {
      let answer = try await service.diagnose(ArchiveVolumes.volume(number))
      #expect(answer.status == 200)
      guard answer.header("Location") != nil else { break }
      stored += 1
    }
    #expect(stored > 2 && stored < 100)
    // A job has no other place for its result, so it fails.
    let job = try await service.answer(
      "POST", "/v1/diagnoses?prompt=pleural+effusion", type: "application/octet-stream",
      body: ArchiveVolumes.volume(1), headers: ["Prefer: respond-async, wait=60"])
    #expect(String(decoding: job.body, as: UTF8.self).contains("storage-full"))
  }

  /// The page above all search rows, and then all of them, are lost; the embeddings are whole.
  @Test func lostSearchRowsComeBackWhenTheServiceStarts() async throws {
    for losesLeaves in [false, true] {
      let folder = try ArchiveFolder()
      try await {
        let service = try await RunningService(store: folder.store)
        for number in 0..<40 { _ = try await service.keep(ArchiveVolumes.volume(number)) }
        service.process.signal(SIGTERM)
        _ = await service.process.outcome()
      }()
      let queue = try DatabaseQueue(path: folder.store)
      let root = try await queue.read {
        try Int.fetchOne($0, sql: "SELECT rootpage FROM sqlite_master WHERE name = 'search_row'")
      }
      try queue.close()
      let page = 8192
      var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: folder.store)))
      let start = (try #require(root) - 1) * page
      #expect(bytes[start] == 5, "there is no page above the search rows: the test says nothing")
      var damaged = [start]
      if losesLeaves {
        let cells = Int(bytes[start + 3]) << 8 | Int(bytes[start + 4])
        let pointers = (0..<cells).map { cell in
          start + (Int(bytes[start + 12 + 2 * cell]) << 8 | Int(bytes[start + 13 + 2 * cell]))
        }
        for place in pointers + [start + 8] {
          damaged.append((bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } - 1) * page)
        }
      }
      for place in damaged { for index in 0..<page { bytes[place + index] = 0xa5 } }
      try Data(bytes).write(to: URL(fileURLWithPath: folder.store))
      let service = try await RunningService(store: folder.store)
      // Found damaged, rebuilt and computed in the background, however long that takes.
      while true {
        let found = try await service.send(
          "POST", "/v1/retrievals", #"{"query":{"text":"effusion"},"top_k":100}"#)
        if found.status == 200, try found.json["results"]?.elements.count == 40 { break }
        try await Task.sleep(for: .milliseconds(50))
      }
      #expect(try await Self.store(service) == "recovered")
      #expect(try await service.volumeIDs().count == 40)
    }
  }

  @Test func retentionAsksBeforeItErasesNearlyAll() async throws {
    let (one, other) = (try ArchiveFolder(), try ArchiveFolder())
    let store = ["--store", other.store]
    try await Self.fill(one, count: 25)
    let exported = "\(one.path)/export"
    _ = try await BrgsaProcess.run(["db", "export", exported, "--store", one.store] + model)
    // All are four hundred days old, or the clock is ahead: nobody can tell.
    let list = "\(exported)/volumes.jsonl"
    let text = try String(contentsOfFile: list, encoding: .utf8)
    let old = Int(Date().timeIntervalSince1970) - 400 * 86_400
    try text.replacing(/"created_at":\d+/, with: "\"created_at\":\(old)").write(
      toFile: list, atomically: true, encoding: .utf8)
    let imported = try await BrgsaProcess.run(["db", "import", exported] + store + model)
    #expect(imported.output == "25 volumes, 25 of them new\n")
    let service = try await RunningService(["--retention-days", "30"], store: other.store)
    #expect(await service.process.logLine(with: "retention waits") != nil)
    let ready = try await service.answer("GET", "/readyz").json
    #expect(ready["checks"]?["retention"] == "waiting" && ready["status"] == "ready")
    #expect(ready["notes"]?.elements.count == 1)
    let metrics = String(decoding: try await service.answer("GET", "/metrics").body, as: UTF8.self)
    #expect(metrics.contains("brgsa_retention_waiting 1"))
    #expect(try await service.volumeIDs().count == 25)
    // Deletion by request does not wait.
    let first = try #require(try await service.volumeIDs().first)
    #expect(try await service.answer("DELETE", "/v1/volumes/\(first)").status == 204)
    let shown = try await BrgsaProcess.run(["db", "retain", "--retention-days", "30"] + store)
    #expect(shown.exitCode == 0 && shown.output.contains("24 of 24"), "\(shown)")
    #expect(try await service.volumeIDs().count == 24)
    #expect(try await BrgsaProcess.run(["db", "retain"] + store).exitCode == 78)
    let confirmed = try await BrgsaProcess.run(
      ["db", "retain", "--retention-days", "30", "--confirm"] + store)
    #expect(confirmed.exitCode == 0, "\(confirmed)")
    #expect(await service.process.logLine(with: "erased=24") != nil)
    #expect(try await service.volumeIDs().isEmpty)
    let after = try await service.answer("GET", "/readyz").json
    #expect(after["checks"]?["retention"] == nil && after["notes"] == nil)
    #expect(!FileManager.default.fileExists(atPath: "\(other.store).retain"))
  }

  private static func fill(_ folder: ArchiveFolder, count: Int) async throws {
    let service = try await RunningService(store: folder.store)
    for number in 0..<count { _ = try await service.keep(ArchiveVolumes.volume(number)) }
    service.process.signal(SIGTERM)
    _ = await service.process.outcome()
  }
}
