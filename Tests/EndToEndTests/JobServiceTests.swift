import Foundation
import Glibc
import StrictJSON
import TestSupport
import Testing

/// Diagnoses that are made later, through the real server.
@Suite(.timeLimit(.minutes(30))) struct JobServiceTests {
  /// Large enough that it takes a while to read and resample.
  private static let large = VolumesPhantom(shape: [160, 160, 60], spacing: [2, 2, 5])
    .stored(as: "LPS").file().bytes()

  private static func large(_ number: Int) -> [UInt8] {
    Array(large.dropLast(2)) + [UInt8(number & 255), 0]
  }

  /// Half a gibibyte of zeros, sent in half a mebibyte: what is posted behind it waits for a second or so. It is
  /// not a CT, so its job fails. No test may rely on that time: each looks whether what it needs is so, and else puts
  /// more blockers in front.
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
    let answer = try await service.postUntilItIsThere(good)
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
    let waited = try await service.postUntilItIsThere(broken)
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
    var (done, given): ([String], String?) = ([], nil)
    for round in 0..<5 where given == nil {
      let places = try await service.postBehindBlockers(2, blockers: 4 << round)
      let last = try #require(places.last)
      let answer = try await service.answer("DELETE", last)
      // On a busy machine it may have ended before it was given up.
      if answer.status == 204 { given = last } else { #expect(answer.code == "conflict") }
      for place in places where place != given {
        #expect(try await service.ended(place)["status"]?.text == "succeeded")
        done.append(place)
      }
    }
    let last = try #require(given, "no job was given up in time")
    #expect(try await service.answer("GET", last).json["status"]?.text == "cancelled")
    #expect(try await service.answer("DELETE", last).status == 204)
    #expect(try await service.answer("DELETE", done[0]).code == "conflict")
    #expect(try await service.answer("DELETE", "/v1/jobs/job_0").status == 404)
    #expect(service.spooled.isEmpty)
    let metrics = try await service.answer("GET", "/metrics").text
    #expect(metrics.contains("brgsa_jobs{status=\"succeeded\"} \(done.count)\n"))
    #expect(metrics.contains("brgsa_jobs{status=\"cancelled\"} 1\n"))
  }

  @Test func jobsSurviveBeingKilled() async throws {
    let (folder, places, blockers) = try await Self.jobsLeftByAKill(2)
    let spool = "\(folder.path)/spool"
    // A file without a job, as a kill between the two leaves it.
    let part = Self.part(of: spool)
    _ = FileManager.default.createFile(atPath: "\(part)/kept-job_none", contents: Data([1]))
    let service = try await RunningService(store: folder.store, spool: spool)
    for place in places {
      #expect(try await service.ended(place)["status"]?.text == "succeeded")
    }
    #expect(try await service.volumeIDs().count == 2)
    for place in blockers { _ = try await service.ended(place) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: spool).isEmpty)
  }

  /// The store's own folder in a spool; the spool itself before anything was kept.
  static func part(of spool: String) -> String {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: spool)) ?? []
    return names.first { $0.hasPrefix("uploads-") }.map { "\(spool)/\($0)" } ?? spool
  }

  @Test func aFileThatWasLostMakesItsJobFailAndNoOther() async throws {
    let (folder, places, _) = try await Self.jobsLeftByAKill(2)
    let spool = "\(folder.path)/spool"
    try FileManager.default.removeItem(atPath: Self.file(of: places[1], in: spool))
    let service = try await RunningService(store: folder.store, spool: spool)
    let ended = try await service.ended(try #require(places.last))
    #expect(ended["status"]?.text == "failed")
    #expect(ended["problem"]?["code"]?.text == "internal")
    #expect(try await service.ended(places[0])["status"]?.text == "succeeded")
  }

  /// Jobs that a killed service accepted and had not started: their files prove it.
  ///
  /// - Parameter post: Posts the jobs, behind what holds them up.
  /// - Returns: The folder with store and spool, the places that `post` returned, and those of the jobs before them.
  static func jobsLeftByAKill(
    _ post: (RunningService) async throws -> [String]
  ) async throws -> (folder: ArchiveFolder, places: [String], blockers: [String]) {
    for round in 0..<5 {
      let folder = try ArchiveFolder()
      let spool = "\(folder.path)/spool"
      let service = try await RunningService(store: folder.store, spool: spool)
      var blockers: [String] = []
      for _ in 0..<min(4 << round, 48) {
        let answer = try await service.post(blocker)
        blockers.append(try #require(answer.header("Location"), "\(answer.text)"))
      }
      let places = try await post(service)
      service.process.signal(SIGKILL)
      _ = await service.process.outcome()
      let areLeft = places.allSatisfy {
        FileManager.default.fileExists(atPath: file(of: $0, in: spool))
      }
      if areLeft { return (folder, places, blockers) }
    }
    throw JobsTooQuick()
  }

  /// So many jobs of small volumes.
  static func jobsLeftByAKill(
    _ count: Int
  ) async throws -> (folder: ArchiveFolder, places: [String], blockers: [String]) {
    try await jobsLeftByAKill { service in
      try await service.postBehindBlockers(count, blockers: 0)
    }
  }

  private struct JobsTooQuick: Error {}

  /// Where the upload of a job waits; it is removed when the job has ended.
  private static func file(of place: String, in spool: String) -> String {
    "\(part(of: spool))/kept-\(place.split(separator: "/").last ?? "")"
  }

  @Test func moreJobsThanMayWaitAreTurnedAway() async throws {
    let service = try await RunningService(["--queue-capacity", "2"])
    var answer = try await service.post(Self.blocker)
    while answer.status == 202 { answer = try await service.post(Self.blocker) }
    #expect(answer.status == 503 && answer.code == "queue-full")
    #expect(answer.header("Retry-After").flatMap { Int($0) } ?? 0 >= 1)
  }

  @Test func whoDoesNotWantToWaitLongerIsToldSo() async throws {
    let service = try await RunningService()
    let volumes = (0..<8).map { number in
      Task { try await service.diagnose(Self.large(number)).status }
    }
    // An alarm may be a little late, and a quick machine quicker: then another volume is asked for.
    var number = 98
    var late: RawAnswer?
    while late?.status != 504 {
      number += 1
      let answer = try await service.answer(
        "POST", "/v1/diagnoses?prompt=gas", type: "application/octet-stream",
        body: Self.large(number), headers: ["Prefer: wait=0"])
      let isRefused = answer.status == 503 && answer.code == "queue-full"
      #expect(answer.status == 504 || isRefused || answer.status == 200, "\(answer.text)")
      late = answer
    }
    #expect(late?.code == "deadline")
    for volume in volumes { #expect(try await volume.value == 200) }
    // What was given up is done when somebody wants it.
    #expect(try await service.diagnose(Self.large(number)).status == 200)
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

  /// Posts a volume and waits for the result itself, again and again if one wait is too short.
  func postUntilItIsThere(_ volume: [UInt8]) async throws -> RawAnswer {
    let headers = ["Prefer: respond-async, wait=60", "Idempotency-Key: \(UUID().uuidString)"]
    while true {
      let answer = try await post(volume, headers)
      if answer.status != 202 { return answer }
    }
  }

  /// Posts volumes that take a second or so each, and so many small ones behind them.
  ///
  /// - Returns: Where the status of the small ones is.
  func postBehindBlockers(_ count: Int, blockers: Int = 4) async throws -> [String] {
    for _ in 0..<blockers {
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
