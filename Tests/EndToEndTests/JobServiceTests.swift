import Foundation
import Glibc
import StrictJSON
import TestSupport
import Testing

/// Diagnoses that are made later, through the real server.
@Suite(.timeLimit(.minutes(5))) struct JobServiceTests {
  /// Large enough that it takes a while to read and resample.
  private static let large = VolumesPhantom(shape: [160, 160, 60], spacing: [2, 2, 5])
    .stored(as: "LPS").file().bytes()

  private static func large(_ number: Int) -> [UInt8] {
    Array(large.dropLast(2)) + [UInt8(number), 0]
  }

  /// Half a gibibyte of zeros, sent in half a mebibyte: what is posted behind it surely waits for a second or so. It is
  /// no CT, so its job fails.
  static let blocker: [UInt8] = {
    let header = NIfTIFile(shape: [512, 512, 1024], spacing: [0.7, 0.7, 0.7], values: [])
    return NIfTIGzip().member(header.bytes(), zeroMebibytes: 512)
  }()

  private let good = HostileVolumes.good().bytes()

  @Test func aJobLeadsToTheDiagnosisThatARequestGets() async throws {
    let service = try await RunningService()
    let answer = try await service.post(good)
    #expect(answer.status == 202)
    #expect(answer.header("Preference-Applied") == "respond-async")
    #expect(answer.header("Retry-After").flatMap { Int($0) } ?? 0 >= 1)
    let place = try #require(answer.header("Location"))
    #expect(try answer.json["id"]?.text.map { "/v1/jobs/\($0)" } == place)
    let ended = try await service.ended(place)
    #expect(ended["status"]?.text == "succeeded" && ended["progress"]?.number == 1)
    let result = try await service.answer("GET", try #require(ended["result"]?.text))
    let direct = try await service.diagnose(good)
    #expect(try result.json["findings"] == direct.json["findings"])
    #expect(try result.json["volume"] == direct.json["volume"])
    #expect(service.spooled.isEmpty)
  }

  @Test func whoWaitsGetsTheResultItself() async throws {
    let service = try await RunningService()
    let answer = try await service.post(good, ["Prefer: respond-async, wait=60"])
    #expect(answer.status == 200)
    #expect(answer.header("Preference-Applied") == "respond-async, wait=60")
    let place = try #require(answer.header("Location"))
    #expect(place.hasPrefix("/v1/diagnoses/dx_"))
    #expect(try await service.answer("GET", place).body == answer.body)
    let id = try #require(try answer.json["volume"]?["id"]?.text)
    let byID = try await service.answer(
      "POST", "/v1/diagnoses", type: "application/json",
      body: Array(#"{"volume_id":"\#(id)","prompts":["pleural effusion"]}"#.utf8),
      headers: ["Prefer: respond-async, wait=60"])
    #expect(try byID.json["findings"] == answer.json["findings"])
  }

  @Test func theSameKeyIsTheSameJob() async throws {
    let service = try await RunningService()
    let key = "Idempotency-Key: study-17"
    let answers = try await withThrowingTaskGroup(of: RawAnswer.self) { group in
      for _ in 0..<16 { group.addTask { [good] in try await service.post(good, [key]) } }
      return try await group.reduce(into: [RawAnswer]()) { $0.append($1) }
    }
    #expect(answers.allSatisfy { $0.status == 202 })
    #expect(Set(answers.map { $0.header("Location") }).count == 1)
    let other = try await service.post(ArchiveVolumes.volume(1), [key])
    #expect(other.status == 409 && other.code == "idempotency-mismatch")
    let prompt = try await service.post(good, [key], query: "prompt=nodule")
    #expect(prompt.code == "idempotency-mismatch")
    let fresh = try await service.post(good, ["Idempotency-Key: study-18"])
    #expect(fresh.status == 202)
    #expect(fresh.header("Location") != answers[0].header("Location"))
    for bad in ["", String(repeating: "k", count: 256)] {
      let answer = try await service.post(good, ["Idempotency-Key: \(bad)"])
      #expect(answer.status == 400, "\(bad.count)")
    }
    for answer in answers { _ = try await service.ended(try #require(answer.header("Location"))) }
    // Also when it has ended.
    #expect(
      try await service.post(good, [key]).header("Location") == answers[0].header("Location"))
  }

  @Test func whatWouldFailIsToldAtOnceAndWhatFailsLaterIsAProblem() async throws {
    let service = try await RunningService()
    let text = try await service.post(Array("no volume".utf8))
    #expect(text.code == "not-nifti")
    #expect(try await service.post(good, query: "prompt=").code == "prompt-empty")
    #expect(try await service.post(good, query: "").code == "prompt-empty")
    let unknown = "sha256-" + String(repeating: "0", count: 64)
    let byID = try await service.answer(
      "POST", "/v1/diagnoses", type: "application/json",
      body: Array(#"{"volume_id":"\#(unknown)","prompts":["gas"]}"#.utf8),
      headers: ["Prefer: respond-async"])
    #expect(byID.status == 404)
    // The header is right, the voxels are not all there.
    let packed = NIfTIGzip().member(good)
    let broken = Array(packed.prefix(packed.count / 2))
    let answer = try await service.post(broken)
    #expect(answer.status == 202)
    let ended = try await service.ended(try #require(answer.header("Location")))
    #expect(ended["status"]?.text == "failed" && ended["result"] == .null)
    #expect(ended["problem"]?["code"]?.text == "gzip-corrupt")
    let waited = try await service.post(broken, ["Prefer: respond-async, wait=60"])
    #expect(waited.status == 400 && waited.code == "gzip-corrupt")
    #expect(waited.header("Content-Type") == "application/problem+json")
    #expect(service.spooled.isEmpty)
    for path in ["/v1/jobs/job_0", "/v1/jobs/job_0/events"] {
      #expect(try await service.answer("GET", path).code == "not-found")
    }
  }

  @Test func aServiceThatKeepsNothingAnswersAtOnce() async throws {
    let nowhere = try await RunningService(["--persist", "none"])
    #expect(try await nowhere.post(good).status == 200)
    #expect(try await nowhere.answer("GET", "/v1/jobs/job_0").code == "nothing-kept")
    let service = try await RunningService()
    let unkept = try await service.post(good, query: "prompt=gas&persist=false")
    #expect(unkept.status == 200 && unkept.header("Preference-Applied") == nil)
  }

  @Test func eventsTellTheWholeWay() async throws {
    let service = try await RunningService()
    let places = try await service.postBehindBlockers(2)
    let client = try RawClient(port: service.port)
    await client.send("GET \(places[1])/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    let answer = try await client.answer()
    #expect(answer.header("Content-Type") == "text/event-stream")
    let events = answer.text.components(separatedBy: "\n\n").filter {
      // Nothing but a sign of life, every 15 seconds.
      !$0.isEmpty && $0 != ":"
    }
    let words = events.compactMap { $0.split(separator: "\n").first }
    #expect(words.last == "event: succeeded")
    #expect(Set(words.dropLast()).isSubset(of: ["event: queued", "event: running"]))
    let values = try events.map { event -> JSONObject in
      let line = try #require(event.split(separator: "\n").last)
      guard case .object(let job) = try JSON(parsing: Array(line.dropFirst(6).utf8)) else {
        throw JSONError.syntax(offset: 0)
      }
      return job
    }
    let progress = values.compactMap { $0["progress"]?.number }
    #expect(progress == progress.sorted() && progress.last == 1)
    let positions = values.compactMap { $0["position"]?.number }
    #expect(positions == positions.sorted(by: >))
    // A job that has ended has one event.
    let late = try await service.answer("GET", "\(places[1])/events")
    #expect(late.text.hasPrefix("event: succeeded\n"))
    let image = try await service.answer(
      "GET", "\(places[1])/events", headers: ["Accept: image/png"])
    #expect(image.status == 406)
  }

  @Test func aJobThatIsNotWantedIsGivenUp() async throws {
    let service = try await RunningService()
    let places = try await service.postBehindBlockers(2)
    let last = try #require(places.last)
    #expect(try await service.answer("DELETE", last).status == 204)
    #expect(try await service.answer("GET", last).json["status"]?.text == "cancelled")
    #expect(try await service.answer("DELETE", last).status == 204)
    for place in places.dropLast() {
      #expect(try await service.ended(place)["status"]?.text == "succeeded")
    }
    #expect(try await service.answer("DELETE", places[0]).code == "conflict")
    #expect(try await service.answer("DELETE", "/v1/jobs/job_0").status == 404)
    #expect(service.spooled.isEmpty)
    let metrics = try await service.answer("GET", "/metrics").text
    #expect(metrics.contains("brgsa_jobs{status=\"succeeded\"} 1\n"))
    #expect(metrics.contains("brgsa_jobs{status=\"cancelled\"} 1\n"))
  }

  @Test func jobsSurviveBeingKilled() async throws {
    let folder = try ArchiveFolder()
    let spool = "\(folder.path)/spool"
    var places: [String] = []
    do {
      let service = try await RunningService(store: folder.store, spool: spool)
      places = try await service.postBehindBlockers(2)
      service.process.signal(SIGKILL)
      _ = await service.process.outcome()
    }
    // A file without a job, as a kill between the two leaves it.
    let part = try Self.part(of: spool)
    _ = FileManager.default.createFile(atPath: "\(part)/kept-job_none", contents: Data([1]))
    let service = try await RunningService(store: folder.store, spool: spool)
    for place in places {
      #expect(try await service.ended(place)["status"]?.text == "succeeded")
    }
    #expect(try await service.volumeIDs().count == 2)
    #expect(try FileManager.default.contentsOfDirectory(atPath: spool).isEmpty)
  }

  /// The store's own folder in a spool.
  private static func part(of spool: String) throws -> String {
    let names = try FileManager.default.contentsOfDirectory(atPath: spool)
    return "\(spool)/\(try #require(names.first { $0.hasPrefix("uploads-") }))"
  }

  @Test func aFileThatWasLostMakesItsJobFailAndNoOther() async throws {
    let folder = try ArchiveFolder()
    let spool = "\(folder.path)/spool"
    var places: [String] = []
    do {
      let service = try await RunningService(store: folder.store, spool: spool)
      places = try await service.postBehindBlockers(2)
      service.process.signal(SIGKILL)
      _ = await service.process.outcome()
    }
    let last = try #require(places.last?.split(separator: "/").last)
    try FileManager.default.removeItem(atPath: "\(Self.part(of: spool))/kept-\(last)")
    let service = try await RunningService(store: folder.store, spool: spool)
    let ended = try await service.ended(try #require(places.last))
    #expect(ended["status"]?.text == "failed")
    #expect(ended["problem"]?["code"]?.text == "internal")
    #expect(try await service.ended(places[0])["status"]?.text == "succeeded")
  }

  @Test func moreJobsThanMayWaitAreTurnedAway() async throws {
    let service = try await RunningService(["--queue-capacity", "2"])
    var refused: RawAnswer?
    for _ in 0..<50 where refused == nil {
      let answer = try await service.post(Self.blocker)
      if answer.status != 202 { refused = answer }
    }
    let answer = try #require(refused, "fifty jobs never met more than two others")
    #expect(answer.status == 503 && answer.code == "queue-full")
    #expect(answer.header("Retry-After").flatMap { Int($0) } ?? 0 >= 1)
  }

  @Test func whoDoesNotWantToWaitLongerIsToldSo() async throws {
    let service = try await RunningService()
    let volumes = (0..<8).map { number in
      Task { try await service.diagnose(Self.large(number)).status }
    }
    let late = try await service.answer(
      "POST", "/v1/diagnoses?prompt=gas", type: "application/octet-stream", body: Self.large(99),
      headers: ["Prefer: wait=0"])
    #expect(late.status == 504 && late.code == "deadline" || late.code == "queue-full")
    for volume in volumes { #expect(try await volume.value == 200) }
    // What was given up is done when somebody wants it.
    #expect(try await service.diagnose(Self.large(99)).status == 200)
  }
}

extension RunningService {
  /// Posts a volume as a job.
  func post(
    _ volume: [UInt8], _ headers: [String] = [], query: String = "prompt=pleural+effusion"
  ) async throws -> RawAnswer {
    let prefers = headers.contains { $0.hasPrefix("Prefer") }
    return try await answer(
      "POST", "/v1/diagnoses?\(query)", type: "application/octet-stream", body: volume,
      headers: headers + (prefers ? [] : ["Prefer: respond-async"]))
  }

  /// Posts a few volumes that take a second or so each, and so many small ones behind them.
  ///
  /// - Returns: Where the small ones are told of.
  func postBehindBlockers(_ count: Int) async throws -> [String] {
    for _ in 0..<4 {
      #expect(try await post(JobServiceTests.blocker).status == 202)
    }
    var places: [String] = []
    for number in 0..<count {
      let answer = try await post(ArchiveVolumes.volume(number))
      places.append(try #require(answer.header("Location"), "\(answer.text)"))
    }
    return places
  }

  /// The job once it has ended.
  func ended(_ place: String) async throws -> JSONObject {
    while true {
      let answer = try await answer("GET", place, headers: ["Prefer: wait=20"])
      let status = try answer.json["status"]?.text
      if status != "queued" && status != "running" { return try answer.json }
    }
  }
}
