import Formats
import HTTP
import Storage
import StrictJSON
import Testing

@testable import API

/// What a client prefers, RFC 7240.
@Suite struct PreferencesTests {
  @Test(
    arguments: [
      ([], false, nil),
      (["respond-async"], true, nil),
      (["Respond-Async, WAIT = 10"], true, 10),
      (["wait=\"7\"; x=y", "respond-async; z"], true, 7),
      (["wait=3, wait=9"], false, 3),
      (["respond-async=1"], false, nil),
      (["wait=-1, wait=x, wait, wait=99999999999999999999, handling=lenient"], false, nil),
      ([",;=,,"], false, nil),
    ] as [([String], Bool, Int?)])
  func readsWhatItKnows(_ fields: [String], _ isAsynchronous: Bool, _ wait: Int?) {
    let preferences = Preferences(Headers(fields.map { .init(name: "prefer", value: $0) }))
    #expect(preferences.respondsAsynchronously == isAsynchronous)
    #expect(preferences.wait == wait)
  }
}

/// Jobs and how they are written down.
@Suite struct JobTests {
  static let orders = [
    JobOrder(upload: nil, query: [], request: Array(#"{"volume_id":"x"}"#.utf8)),
    JobOrder(
      upload: JobOrder.Upload(
        byteCount: 7, sha256: (0..<32).map { UInt8($0 * 8) }, contentType: nil, parts: [3, 4]),
      query: [QueryItem(name: "prompt", value: "ä\"\0\n"), QueryItem(name: "", value: "")],
      request: nil),
  ]

  @Test(arguments: orders) func aJobIsReadAsItWasWritten(_ order: JobOrder) throws {
    let outcomes: [JobOutcome] = [
      .succeeded(diagnosisID: "dx_1"), .failed(["status": 422]), .cancelled,
    ]
    let job = Job(order, repetitionKey: [1, 2])
    #expect(Job(job.record) == job && job.order == order && job.outcome == nil)
    for outcome in outcomes {
      let ended = job.ended(outcome)
      #expect(Job(ended.record) == ended && ended.outcome == outcome && ended.order == nil)
      // What was asked is nobody's business any more.
      #expect(!String(decoding: ended.record.document, as: UTF8.self).contains("order"))
    }
  }

  @Test func whatAnotherProgramWroteIsNoJob() {
    var record = Job(Self.orders[1], repetitionKey: nil).record
    let zeros = [String](repeating: "0", count: 32).joined(separator: ",")
    for text in [
      "", "{}", #"{"fingerprint":"x"}"#, #"{"fingerprint":"x","order":{}}"#,
      #"{"fingerprint":"x","order":{"query":[["a"]]}}"#,
      #"{"fingerprint":"x","order":{"query":[],"upload":{"bytes":1,"sha256":[256]}}}"#,
      #"{"fingerprint":"x","order":{"query":[],"upload":{"bytes":1,"sha256":[\#(zeros)],"parts":[2]}}}"#,
    ] {
      record.document = Array(text.utf8)
      #expect(Job(record) == nil, "\(text)")
    }
  }

  @Test func attemptsAreCountedAndForgottenAtTheEnd() throws {
    let job = Job(Self.orders[0], repetitionKey: nil)
    #expect(job.attempts == 0)
    let second = job.attempted().attempted()
    #expect(Job(second.record) == second && second.attempts == 2)
    #expect(second.fingerprint == job.fingerprint)
    let ended = second.ended(.cancelled).record
    #expect(!String(decoding: ended.document, as: UTF8.self).contains("attempts"))
  }

  @Test(arguments: ["-1", "9223372036854775807", "1e300", "4", "2.5"])
  func anImpossibleCountOfAttemptsIsTheLimit(count: String) throws {
    var record = Job(Self.orders[0], repetitionKey: nil).attempted().record
    let text = String(decoding: record.document, as: UTF8.self)
    record.document = Array(text.replacing("\"attempts\":1", with: "\"attempts\":\(count)").utf8)
    #expect(Job(record)?.attempts == Job.attemptLimit)
  }

  @Test(arguments: [
    (1 << 62, [1 << 62]), (8, [1 << 62, 1 << 62]), (4, [-4, 8]), (-1, []),
    (1 << 53, [1 << 53, 1 << 53]),
  ])
  func lengthsThatNoUploadHasAreNoOrder(bytes: Int, parts: [Int]) throws {
    var record = Job(Self.orders[1], repetitionKey: nil).record
    let text = String(decoding: record.document, as: UTF8.self)
    let changed = text.replacing("\"bytes\":7", with: "\"bytes\":\(bytes)")
      .replacing("\"parts\":[3,4]", with: "\"parts\":\(parts)")
    #expect(changed != text)
    record.document = Array(changed.utf8)
    #expect(Job(record) == nil)
  }

  @Test(arguments: [Int.min, -1, 253_402_300_800, .max])
  func timesWithoutADateAreTheNearestOnesThatHaveOne(seconds: Int) {
    let text = Timestamp.rfc3339(secondsSince1970: seconds)
    #expect(text == (seconds < 0 ? "1970-01-01T00:00:00Z" : "9999-12-31T23:59:59Z"))
  }

  @Test func equalRequestsHaveEqualFingerprints() {
    let all = Self.orders.map(\.fingerprint)
    #expect(Set(all).count == all.count && all.allSatisfy { $0.count == 64 })
    #expect(Self.orders.map(\.fingerprint) == all)
  }

  @Test func aJobIsToldOfForADay() throws {
    let ended = Job(Self.orders[0], repetitionKey: nil).ended(.cancelled)
    let time = try #require(ended.endedAt)
    #expect(!ended.isExpired(at: time + Job.lifetime))
    #expect(ended.isExpired(at: time + Job.lifetime + 1))
    #expect(!Job(Self.orders[0], repetitionKey: nil).isExpired(at: .max))
  }
}

/// The queue of jobs.
@Suite(.timeLimit(.minutes(30))) struct JobDeskTests {
  private static func job() -> Job { Job(JobTests.orders[0], repetitionKey: nil) }

  /// Runs a desk whose jobs all succeed, after `hold` lets them.
  private static func running(
    _ desk: JobDesk, hold: @escaping @Sendable (Job) async -> Void = { _ in }
  ) -> Task<Void, Never> {
    Task {
      await desk.work { job, progress in
        progress(0.5)
        await hold(job)
        return job.ended(desk.isCancelled(job.id) ? .cancelled : .succeeded(diagnosisID: "dx"))
      }
    }
  }

  @Test func earlierJobsGoFirstAndEachKnowsItsPlace() async {
    let desk = JobDesk()
    let (old, new) = (Self.job(), Self.job())
    #expect(!desk.isOpen)
    desk.open(with: [old])
    desk.add(new)
    #expect(desk.isOpen && desk.count == 2)
    #expect(desk.place(of: old.id) == .waiting(behind: 0))
    #expect(desk.place(of: new.id) == .waiting(behind: 1))
    #expect(desk.place(of: "job_x") == nil)
    let changes = desk.changes(of: new.id)
    let work = Self.running(desk)
    for await _ in changes {}
    #expect(desk.place(of: old.id) == nil && desk.place(of: new.id) == nil)
    #expect(desk.census.first { $0.status == "succeeded" }?.count == 2)
    work.cancel()
  }

  @Test func aWaitingJobIsGivenBackAndARunningOneIsToldToEnd() async throws {
    let desk = JobDesk()
    let (first, second) = (Self.job(), Self.job())
    desk.open(with: [first, second])
    let began = AsyncStream<Void>.makeStream()
    let work = Self.running(desk) { _ in
      began.continuation.yield()
      try? await Task.sleep(for: .seconds(3600))
    }
    for await _ in began.stream { break }
    #expect(desk.place(of: first.id) == .running(progress: 0.5))
    #expect(desk.place(of: second.id) == .waiting(behind: 1))
    #expect(desk.cancel(second.id) == second)
    #expect(desk.cancel(second.id) == nil)
    let changes = desk.changes(of: first.id)
    #expect(desk.cancel(first.id) == nil)
    for await _ in changes {}
    #expect(desk.place(of: first.id) == nil && desk.count == 0)
    #expect(desk.census.first { $0.status == "cancelled" }?.count == 1)
    work.cancel()
  }

  @Test func whoWatchesIsToldOfEachChange() async {
    let desk = JobDesk()
    let jobs = (0..<3).map { _ in Self.job() }
    desk.open(with: jobs)
    let changes = desk.changes(of: jobs[2].id)
    let work = Self.running(desk)
    var count = 0
    for await _ in changes { count += 1 }
    // Values that come faster than they are taken are one.
    #expect(count >= 1)
    work.cancel()
  }
}

/// Deadlines.
@Suite(.timeLimit(.minutes(30))) struct DeadlineClockTests {
  @Test func anAlarmRingsOnceWhenItsTimeIsOverUnlessItWasStopped() async {
    let clock = DeadlineClock()
    let rings = AsyncStream<Int>.makeStream()
    let start = ContinuousClock.now
    // So late that no busy machine is there before it is stopped.
    let stopped = clock.set(after: .seconds(600)) { rings.continuation.yield(0) }
    _ = clock.set(after: .milliseconds(150)) { rings.continuation.yield(2) }
    _ = clock.set(after: .zero) { rings.continuation.yield(1) }
    clock.stop(stopped)
    var heard: [Int] = []
    for await ring in rings.stream {
      heard.append(ring)
      if heard.count == 2 { break }
    }
    #expect(heard.sorted() == [1, 2] && ContinuousClock.now - start >= .milliseconds(150))
    #expect(clock.count == 0)
    // Later ones are heard, too.
    _ = clock.set(after: .zero) { rings.continuation.finish() }
    for await _ in rings.stream {}
  }

  @Test func whatWasStoppedLeavesNothingBehind() {
    let clock = DeadlineClock()
    for _ in 0..<10_000 { clock.stop(clock.set(after: .seconds(600)) {}) }
    #expect(clock.count == 0)
  }
}
