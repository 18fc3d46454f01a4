import Foundation
import Glibc
import StrictJSON
import TestSupport
import Testing

/// Jobs whose work ends the process, by a fault that only tests can order.
@Suite(.timeLimit(.minutes(30))) struct PoisonJobTests {
  @Test(arguments: ["octets", "form", "gzip"])
  func aJobThatEndsTheProcessIsFailedAfterThreeAttemptsAndTheOthersAreDone(
    form: String
  ) async throws {
    let plain = ArchiveVolumes.volume(77)
    let poison = form == "gzip" ? NIfTIGzip().member(plain) : plain
    let fault = ["BRGSA_TEST_FATAL_UPLOAD": "sha256-\(ModelDigest.sha256(poison))"]
    let (folder, places, _) = try await JobServiceTests.jobsLeftByAKill { service in
      let answer =
        form == "form"
        ? try await service.diagnoseForm(
          [
            ("volume", "application/octet-stream", poison),
            ("request", "application/json", Array(#"{"prompts":["gas"]}"#.utf8)),
          ], headers: ["Prefer: respond-async"])
        : try await service.post(poison)
      let place = try #require(answer.header("Location"), "\(answer.text)")
      return try await [place] + service.postBehindBlockers(3, blockers: 0)
    }
    let spool = "\(folder.path)/spool"
    for attempt in 1...3 {
      let service = try await RunningService(
        store: folder.store, spool: spool, environment: fault)
      #expect(await !service.process.outcome().wasExit, "attempt \(attempt)")
    }
    let service = try await RunningService(store: folder.store, spool: spool, environment: fault)
    let ended = try await service.ended(places[0])
    #expect(ended["status"]?.text == "failed")
    #expect(ended["problem"]?["code"]?.text == "job-abandoned")
    for other in places.dropFirst() {
      #expect(try await service.ended(other)["status"]?.text == "succeeded")
    }
    #expect(try await service.diagnose(ArchiveVolumes.volume(9)).status == 200)
  }

  @Test func anUploadThatEndsTheProcessIsRefusedAfterThreeTimes() async throws {
    let folder = try ArchiveFolder()
    let poison = ArchiveVolumes.volume(78)
    let fault = ["BRGSA_TEST_FATAL_UPLOAD": "sha256-\(ModelDigest.sha256(poison))"]
    for attempt in 1...3 {
      let service = try await RunningService(store: folder.store, environment: fault)
      #expect(try await service.diagnose(ArchiveVolumes.volume(2)).status == 200)
      let answer = try? await service.diagnose(poison)
      #expect(answer?.status != 200)
      #expect(await !service.process.outcome().wasExit, "attempt \(attempt)")
    }
    let service = try await RunningService(store: folder.store, environment: fault)
    let refused = try await service.diagnose(poison)
    #expect(refused.status == 422 && refused.code == "upload-abandoned")
    #expect(try await service.keep(poison).code == "upload-abandoned")
    #expect(try await service.diagnose(ArchiveVolumes.volume(3)).status == 200)
  }

  /// Whether or not the signal meets the job at work, stopping the service is no attempt.
  @Test func aServiceThatIsToldToStopCountsNoAttempt() async throws {
    let folder = try ArchiveFolder()
    let spool = "\(folder.path)/spool"
    let grace = ["--shutdown-grace", "0"]
    var place = ""
    for round in 0..<5 {
      let service = try await RunningService(grace, store: folder.store, spool: spool)
      if round == 0 {
        place = try #require(try await service.post(JobServiceTests.blocker).header("Location"))
      }
      service.process.signal(SIGTERM)
      #expect(await service.process.outcome().exitCode == 0)
    }
    let service = try await RunningService(store: folder.store, spool: spool)
    let problem = try await service.ended(place)["problem"]
    #expect(problem?["code"]?.text != "job-abandoned", "\(String(describing: problem))")
  }
}
