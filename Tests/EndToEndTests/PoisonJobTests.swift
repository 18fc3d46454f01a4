import Foundation
import Glibc
import StrictJSON
import TestSupport
import Testing

/// Jobs whose work ends the process, by a fault that only tests can order.
@Suite(.timeLimit(.minutes(5))) struct PoisonJobTests {
  /// Lengths of the prompts' list, so that three different requests for one upload are poison, too.
  @Test(arguments: ["octets", "form", "gzip"])
  func aJobThatEndsTheProcessIsFailedAfterThreeAttemptsAndTheOthersAreDone(
    form: String
  ) async throws {
    let folder = try ArchiveFolder()
    let spool = "\(folder.path)/spool"
    let plain = ArchiveVolumes.volume(77)
    let poison = form == "gzip" ? NIfTIGzip().member(plain) : plain
    let fault = ["BRGSA_TEST_FATAL_UPLOAD": "sha256-\(ModelDigest.sha256(poison))"]
    var (others, place) = ([String](), "")
    do {
      let service = try await RunningService(
        store: folder.store, spool: spool, environment: fault)
      // They hold the poison up until everything is posted.
      others = try await service.postBehindBlockers(1)
      let answer =
        form == "form"
        ? try await service.diagnoseForm(
          [
            ("volume", "application/octet-stream", poison),
            ("request", "application/json", Array(#"{"prompts":["gas"]}"#.utf8)),
          ], headers: ["Prefer: respond-async"])
        : try await service.post(poison)
      place = try #require(answer.header("Location"), "\(answer.text)")
      for number in 1..<4 {
        let other = try await service.post(ArchiveVolumes.volume(number))
        others.append(try #require(other.header("Location")))
      }
      #expect(await !service.process.outcome().wasExit)
    }
    for attempt in 2...3 {
      let service = try await RunningService(
        store: folder.store, spool: spool, environment: fault)
      #expect(await !service.process.outcome().wasExit, "attempt \(attempt)")
    }
    let service = try await RunningService(store: folder.store, spool: spool, environment: fault)
    let ended = try await service.ended(place)
    #expect(ended["status"]?.text == "failed")
    #expect(ended["problem"]?["code"]?.text == "job-abandoned")
    for other in others {
      #expect(try await service.ended(other)["status"]?.text == "succeeded")
    }
    #expect(try await service.diagnose(ArchiveVolumes.volume(9)).status == 200)
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
