import Foundation
import Glibc
import StrictJSON
import TestSupport
import Testing

/// Services of different stores with one spool, through the real server.
@Suite(.timeLimit(.minutes(30))) struct SharedSpoolTests {
  private static func names(_ folder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  }

  @Test func aServiceOfAnotherStoreTakesNoUploadOfAnAcceptedJob() async throws {
    let (one, other) = (try ArchiveFolder(), try ArchiveFolder())
    let spool = "\(one.path)/spool"
    let first = try await RunningService(store: one.store, spool: spool)
    let places = try await first.postBehindBlockers(2)
    // Two more services start while the jobs wait, and have jobs of their own.
    for store in [other.store, ":memory:"] {
      let second = try await RunningService(store: store, spool: spool)
      let own = try await second.post(
        ArchiveVolumes.volume(7), ["Prefer: respond-async, wait=60"])
      #expect(own.status == 200, "\(own.text)")
      second.process.signal(SIGTERM)
      _ = await second.process.outcome()
    }
    for place in places {
      #expect(try await first.ended(place)["status"]?.text == "succeeded")
    }
    #expect(Self.names(spool).isEmpty)
  }

  @Test func jobsOfAKilledServiceOutliveTheStartOfAnother() async throws {
    let (one, other) = (try ArchiveFolder(), try ArchiveFolder())
    let spool = "\(one.path)/spool"
    var places: [String] = []
    do {
      let first = try await RunningService(store: one.store, spool: spool)
      places = try await first.postBehindBlockers(2)
      first.process.signal(SIGKILL)
      _ = await first.process.outcome()
    }
    let second = try await RunningService(store: other.store, spool: spool)
    #expect(try await second.post(ArchiveVolumes.volume(1)).status == 202)
    let third = try await RunningService(store: one.store, spool: spool)
    for place in places {
      #expect(try await third.ended(place)["status"]?.text == "succeeded")
    }
    // The same store twice is refused, whatever the spool.
    let twice = try await BrgsaProcess.run([
      "serve", "--port", "0", "--model", Fixtures.tinyModel, "--store", one.store, "--spool", spool,
    ])
    #expect(twice.exitCode == 69, "\(twice.complaints)")
  }

  @Test func uploadsOfAnEarlierVersionAreDone() async throws {
    let (folder, places, blockers) = try await JobServiceTests.jobsLeftByAKill(2)
    let spool = "\(folder.path)/spool"
    // As it was when all files were beside each other.
    for part in Self.names(spool) where part.hasPrefix("uploads-") {
      for name in Self.names("\(spool)/\(part)") where name.hasPrefix("kept-") {
        #expect(rename("\(spool)/\(part)/\(name)", "\(spool)/\(name)") == 0)
      }
      try FileManager.default.removeItem(atPath: "\(spool)/\(part)")
    }
    #expect(Self.names(spool).contains { $0.hasPrefix("kept-job_") })
    let service = try await RunningService(store: folder.store, spool: spool)
    for place in places {
      #expect(try await service.ended(place)["status"]?.text == "succeeded")
    }
    for place in blockers { _ = try await service.ended(place) }
    #expect(Self.names(spool).isEmpty)
  }
}

/// What a service answers while its spool has no space.
@Suite(.timeLimit(.minutes(30))) struct FullSpoolTests {
  @Test func onlyLargeUploadsNeedTheSpool() async throws {
    let service = try await RunningService(["--spool-limit", "1"])
    let ready = try await service.answer("GET", "/readyz")
    #expect(ready.status == 503)
    #expect(try ready.json["status"]?.text == "spool-full")
    #expect(try ready.json["checks"]?["spool"]?.text == "full")
    #expect(try await service.metric("brgsa_takes_uploads") == 0)
    #expect(try await service.metric("brgsa_ready") == 0)
    let large = [UInt8](repeating: 0, count: 2 << 20)
    for target in ["/v1/diagnoses?prompt=gas", "/v1/volumes"] {
      let refused = try await service.answer(
        "POST", target, type: "application/octet-stream", body: large)
      #expect(refused.status == 507 && refused.code == "storage-full", "\(target)")
      #expect(Int(refused.header("Retry-After") ?? "") ?? 0 >= 1, "\(target)")
    }
    let form = try await service.diagnoseForm([("volume", "application/octet-stream", large)])
    #expect(form.status == 507)
    // All that is small goes on, also what is kept.
    let small = ArchiveVolumes.volume(1)
    let id = try #require(try await service.keep(small).json["id"]?.text)
    #expect(try await service.diagnose(small).status == 200)
    #expect(
      try await service.diagnoseForm([
        ("volume", "application/octet-stream", small),
        ("request", "application/json", Array(#"{"prompts":["gas"]}"#.utf8)),
      ]).status == 200)
    let search = #"{"query":{"text":"gas"}}"#
    #expect(try await service.send("POST", "/v1/retrievals", search).status == 200)
    #expect(
      try await service.send("POST", "/v1/embeddings", #"{"input":["There is gas"]}"#).status == 200
    )
    let report = try await service.send("POST", "/v1/reports", #"{"report":"No effusion."}"#)
    #expect(report.status == 201, "\(report.text)")
    #expect(try await service.answer("DELETE", "/v1/volumes/\(id)").status == 204)
  }

  @Test func limitsAreStated() async throws {
    let service = try await RunningService(["--spool-limit", "123456789"])
    let limits = try #require(try await service.answer("GET", "/v1/info").json["limits"])
    #expect(limits["spool_bytes"]?.number == 123_456_789)
    for name in [
      "spool_reserve_bytes", "small_body_bytes", "small_bodies_bytes", "response_bytes",
      "response_seconds", "maps_queue", "slices_queue", "map_cache_bytes",
    ] {
      #expect(limits[name]?.number ?? 0 > 0, "\(name)")
    }
    let ready = try await service.answer("GET", "/readyz")
    #expect(try ready.status == 200 && ready.json["checks"]?["spool"]?.text == "ok")
  }
}
