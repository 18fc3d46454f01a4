import Storage
import StrictJSON
import Testing

@testable import Inference
@testable import Jobs

/// Jobs and how they are written down.
@Suite struct JobTests {
  static let orders = [
    JobOrder(volume: .stored(id: "x"), prompts: [Prompt(label: "", texts: [])]),
    JobOrder(
      volume: .upload(
        JobOrder.Upload(
          byteCount: 7, sha256: (0..<32).map { UInt8($0 * 8) }, contentType: nil, parts: [3, 4])),
      prompts: [
        Prompt("ä\"\0\n", template: PromptTemplate("There is {term}")),
        Prompt(label: "b", texts: ["c", "d"], negative: "e"),
      ],
      topK: 3, calibration: "site", includesEmbedding: true, showsAllComponents: true),
  ]

  static func job(_ order: Int, key: [UInt8]? = nil) -> Job {
    Job(orders[order], fingerprint: "f", repetitionKey: key)
  }

  @Test(arguments: orders) func aJobIsReadAsItWasWritten(_ order: JobOrder) throws {
    let outcomes: [JobOutcome] = [
      .succeeded(diagnosisID: "dx_1"), .failed(["status": 422]), .cancelled,
    ]
    let job = Job(order, fingerprint: "f", repetitionKey: [1, 2])
    #expect(Job(job.record) == job && job.order == order && job.outcome == nil)
    for outcome in outcomes {
      let ended = job.ended(outcome)
      #expect(Job(ended.record) == ended && ended.outcome == outcome && ended.order == nil)
      // What was asked is nobody's business any more.
      #expect(!String(decoding: ended.record.document, as: UTF8.self).contains("order"))
    }
  }

  @Test func whatAnotherProgramWroteIsNoJob() {
    var record = JobTests.job(1).record
    let start = #""prompts":[],"include_embedding":false,"all_components":false,"#
    let zeros = [String](repeating: "0", count: 32).joined(separator: ",")
    for text in [
      "", "{}", #"{"fingerprint":"x"}"#, #"{"fingerprint":"x","order":{}}"#,
      #"{"fingerprint":"x","order":{"query":[["a"]]}}"#,
      #"{"fingerprint":"x","order":{\#(start)"volume":{}}}"#,
      #"{"fingerprint":"x","order":{\#(start)"volume":{"upload":{"bytes":1,"sha256":[256]}}}}"#,
      #"{"fingerprint":"x","order":{\#(start)"volume":{"upload":{"bytes":1,"sha256":[\#(zeros)],"parts":[2]}}}}"#,
    ] {
      record.document = Array(text.utf8)
      #expect(Job(record) == nil, "\(text)")
    }
  }

  @Test func anOrderOfAnEarlierVersionIsRead() {
    var record = Self.job(0).record
    record.document = Array(#"{"fingerprint":"x","order":{"query":[["prompt","a"]]}}"#.utf8)
    let job = Job(record) { $0["query"] == nil ? nil : Self.orders[1] }
    #expect(job?.order == Self.orders[1] && job?.fingerprint == "x")
  }

  @Test func attemptsAreCountedAndForgottenAtTheEnd() throws {
    let job = JobTests.job(0)
    #expect(job.attempts == 0)
    let second = job.attempted().attempted()
    #expect(Job(second.record) == second && second.attempts == 2)
    #expect(second.fingerprint == job.fingerprint)
    let ended = second.ended(.cancelled).record
    #expect(!String(decoding: ended.document, as: UTF8.self).contains("attempts"))
  }

  @Test(arguments: ["-1", "9223372036854775807", "1e300", "4", "2.5"])
  func anImpossibleCountOfAttemptsIsTheLimit(count: String) throws {
    var record = JobTests.job(0).attempted().record
    let text = String(decoding: record.document, as: UTF8.self)
    record.document = Array(text.replacing("\"attempts\":1", with: "\"attempts\":\(count)").utf8)
    #expect(Job(record)?.attempts == Job.attemptLimit)
  }

  @Test(arguments: [
    (1 << 62, [1 << 62]), (8, [1 << 62, 1 << 62]), (4, [-4, 8]), (-1, []),
    (1 << 53, [1 << 53, 1 << 53]),
  ])
  func lengthsThatNoUploadHasAreNoOrder(bytes: Int, parts: [Int]) throws {
    var record = JobTests.job(1).record
    let text = String(decoding: record.document, as: UTF8.self)
    let changed = text.replacing("\"bytes\":7", with: "\"bytes\":\(bytes)")
      .replacing("\"parts\":[3,4]", with: "\"parts\":\(parts)")
    #expect(changed != text)
    record.document = Array(changed.utf8)
    #expect(Job(record) == nil)
  }

  @Test func aJobIsToldOfForADay() throws {
    let ended = JobTests.job(0).ended(.cancelled)
    let time = try #require(ended.endedAt)
    #expect(!ended.isExpired(at: time + Job.lifetime))
    #expect(ended.isExpired(at: time + Job.lifetime + 1))
    #expect(!JobTests.job(0).isExpired(at: .max))
  }
}

/// The queue of jobs.
@Suite(.timeLimit(.minutes(30))) struct JobQueueTests {
  private static func job() -> Job { JobTests.job(0) }

  /// Runs a queue whose jobs all succeed, after `hold` lets them.
  private static func running(
    _ queue: JobQueue, hold: @escaping @Sendable (Job) async -> Void = { _ in }
  ) -> Task<Void, Never> {
    Task {
      await queue.work { job, progress in
        progress(0.5)
        await hold(job)
        return job.ended(queue.isCancelled(job.id) ? .cancelled : .succeeded(diagnosisID: "dx"))
      }
    }
  }

  @Test func earlierJobsGoFirstAndEachKnowsItsPlace() async {
    let queue = JobQueue()
    let (old, new) = (Self.job(), Self.job())
    #expect(!queue.isOpen)
    queue.open(with: [old])
    queue.add(new, in: .accepted)
    #expect(queue.isOpen && queue.count == 2)
    #expect(queue.place(of: old.id) == .waiting(behind: 0))
    #expect(queue.place(of: new.id) == .waiting(behind: 1))
    #expect(queue.place(of: "job_x") == nil)
    let changes = queue.changes(of: new.id)
    let work = Self.running(queue)
    for await _ in changes {}
    #expect(queue.place(of: old.id) == nil && queue.place(of: new.id) == nil)
    #expect(queue.census.first { $0.status == "succeeded" }?.count == 2)
    work.cancel()
  }

  @Test func aWaitingJobIsGivenBackAndARunningOneIsToldToEnd() async throws {
    let queue = JobQueue()
    let (first, second) = (Self.job(), Self.job())
    queue.open(with: [first, second])
    let began = AsyncStream<Void>.makeStream()
    let work = Self.running(queue) { _ in
      began.continuation.yield()
      try? await Task.sleep(for: .seconds(3600))
    }
    for await _ in began.stream { break }
    #expect(queue.place(of: first.id) == .running(progress: 0.5))
    #expect(queue.place(of: second.id) == .waiting(behind: 1))
    #expect(queue.cancel(second.id) == second)
    #expect(queue.cancel(second.id) == nil)
    let changes = queue.changes(of: first.id)
    #expect(queue.cancel(first.id) == nil)
    for await _ in changes {}
    #expect(queue.place(of: first.id) == nil && queue.count == 0)
    #expect(queue.census.first { $0.status == "cancelled" }?.count == 1)
    work.cancel()
  }

  @Test func whoWatchesIsToldOfEachChange() async {
    let queue = JobQueue()
    let jobs = (0..<3).map { _ in Self.job() }
    queue.open(with: jobs)
    let changes = queue.changes(of: jobs[2].id)
    let work = Self.running(queue)
    var count = 0
    for await _ in changes { count += 1 }
    // Values that come faster than they are taken are one.
    #expect(count >= 1)
    work.cancel()
  }

  @Test func aPlaceIsTakenOnceAndGivenBackOnce() {
    let queue = JobQueue()
    let (first, second) = (queue.takePlace(of: 1), queue.takePlace(of: 1))
    #expect(first != nil && second != nil && queue.takePlace(of: 1) == nil)
    first?.giveBack()
    first?.giveBack()
    let third = queue.takePlace(of: 1)
    #expect(third != nil && queue.takePlace(of: 1) == nil)
    if let third { queue.add(Self.job(), in: third) }
    third?.giveBack()
    #expect(queue.count == 1 && queue.takePlace(of: 1) == nil)
  }

  @Test func aRepeatedRequestIsKnownByItsKey() {
    let queue = JobQueue()
    queue.remember([[1], [2]])
    #expect(queue.knows([1]) && !queue.knows([3]))
    queue.add(JobTests.job(0, key: [3]), in: .accepted)
    queue.remember([[1]])
    #expect(queue.knows([1]) && !queue.knows([2]) && queue.knows([3]))
  }

  @Test func jobsWaitUntilEarlierOnesAreThere() async throws {
    let queue = JobQueue()
    let waiting = Task { try await queue.untilOpen() }
    let leaving = Task { try await queue.untilOpen() }
    leaving.cancel()
    await #expect(throws: InferenceError.cancelled) { try await leaving.value }
    queue.open(with: [])
    try await waiting.value
    try await queue.untilOpen()
  }
}
