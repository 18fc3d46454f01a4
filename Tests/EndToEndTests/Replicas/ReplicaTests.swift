import Foundation
import StrictJSON
import TestSupport
import Testing

/// Several services on one PostgreSQL database.
@Suite(.timeLimit(.minutes(30))) final class ReplicaTests {
  private static let query = #"{"query":{"text":"pleural effusion"}}"#

  private let replicas: Replicas
  private var address: String { replicas.address }

  init() throws { replicas = try Replicas() }

  private func service(_ arguments: [String] = []) async throws -> RunningService {
    try await replicas.service(arguments)
  }

  @Test func aReplicaKnowsWhatTheOthersStore() async throws {
    let (here, there) = (try await service(), try await service())
    let kept = try await here.keep(ArchiveVolumes.volume(1))
    let id = try #require(try kept.json["id"]?.text, "\(kept.text)")
    #expect(try await there.volumeIDs() == [id])
    let found = try await there.send("POST", "/v1/retrievals", Self.query)
    #expect(found.status == 200 && found.text.contains(id), "\(found.text)")
    #expect(try await there.answer("DELETE", "/v1/volumes/\(id)").status == 204)
    #expect(try await here.answer("GET", "/v1/volumes/\(id)").status == 404)
    let none = try await here.send("POST", "/v1/retrievals", Self.query)
    #expect(none.status == 200 && !none.text.contains(id), "\(none.text)")
  }

  @Test func aJobCanBeFollowedRepeatedAndCancelledAtEachReplica() async throws {
    let (here, there) = (try await service(), try await service())
    let places = try await here.postBehindBlockers(3, blockers: 8)
    for place in places {
      #expect(try await there.answer("GET", place).status == 200)
    }
    // Whether the job has ended already depends on the machine. Both replicas must say the same.
    let cancelled = try await there.answer("DELETE", places[2])
    #expect([204, 409].contains(cancelled.status), "\(cancelled.text)")
    for place in places {
      let (mine, other) = (try await here.ended(place), try await there.ended(place))
      #expect(mine == other)
      let expected = place == places[2] && cancelled.status == 204 ? "cancelled" : "succeeded"
      #expect(mine["status"]?.text == expected)
    }
    let key = ["Idempotency-Key: one"]
    let first = try await here.post(ArchiveVolumes.volume(9), key)
    let second = try await there.post(ArchiveVolumes.volume(9), key)
    #expect(first.header("Location") != nil)
    #expect(first.header("Location") == second.header("Location"))
  }

  @Test func theJobsOfAKilledReplicaAreDoneByAnother() async throws {
    let here = try await service()
    let places = try await here.postBehindBlockers(4, blockers: 2)
    here.process.signal(SIGKILL)
    _ = await here.process.outcome()
    let there = try await service()
    for place in places {
      let ended = try await there.ended(place)
      #expect(ended["status"]?.text == "succeeded")
      let result = try await there.answer("GET", try #require(ended["result"]?.text))
      #expect(result.status == 200)
    }
    #expect(try await there.volumeIDs().count == places.count)
  }

  @Test func uploadsCanWaitInASharedFolder() async throws {
    let folder = try ArchiveFolder()
    let shared = ["--shared-uploads", folder.path]
    let here = try await service(shared)
    let places = try await here.postBehindBlockers(2, blockers: 1)
    here.process.signal(SIGKILL)
    _ = await here.process.outcome()
    let there = try await service(shared)
    for place in places { #expect(try await there.ended(place)["status"]?.text == "succeeded") }
    #expect(try await there.diagnose(ArchiveVolumes.volume(1)).status == 200)
  }

  @Test(arguments: [
    ["--store", ":memory:", "--shared-uploads", "/tmp"],
    ["--store", "postgresql://127.0.0.1:1/x", "--shared-uploads", "/nowhere"],
    [
      "--store", "postgresql://127.0.0.1:1/x", "--persist", "none", "--shared-uploads", "/tmp",
    ],
  ])
  func aSharedFolderThatCannotBeUsedIsRefused(_ arguments: [String]) async throws {
    let process = try BrgsaProcess(
      ["serve", "--port", "0", "--model", Fixtures.tinyModel] + arguments)
    let outcome = await process.outcome()
    #expect(outcome.exitCode == 78 && outcome.complaints.contains("shared-uploads"))
  }

  @Test func aJobWaitsForTheDatabase() async throws {
    let here = try await service()
    let places = try await here.postBehindBlockers(3, blockers: 3)
    let database = try #require(address.split(separator: "?").first?.split(separator: "/").last)
    try PostgresServer.run("ALTER DATABASE \(database) ALLOW_CONNECTIONS false")
    try PostgresServer.run(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(database)'")
    let refused = try await here.keep(ArchiveVolumes.volume(50))
    #expect(refused.status == 503 && refused.header("Retry-After") != nil, "\(refused.text)")
    #expect(try await here.answer("GET", "/readyz").status == 200)
    let made = try await here.diagnose(ArchiveVolumes.volume(51))
    #expect(try made.status == 200 && made.json["cache"]?["stored"]?.bool == false, "\(made.text)")
    try PostgresServer.run("ALTER DATABASE \(database) ALLOW_CONNECTIONS true")
    for place in places {
      var ended = try? await here.ended(place)
      while ended?["status"]?.text == nil { ended = try? await here.ended(place) }
      #expect(ended?["status"]?.text == "succeeded", "\(String(describing: ended))")
    }
  }
}
