import Formats
import HTTP
import Inference
import Jobs
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

/// What a request asked, as the last version stored it.
@Suite struct RequestedOrderTests {
  static let orders = [
    RequestedOrder(upload: nil, query: [], request: Array(#"{"volume_id":"x"}"#.utf8)),
    RequestedOrder(
      upload: JobOrder.Upload(
        byteCount: 7, sha256: (0..<32).map { UInt8($0 * 8) }, contentType: nil, parts: [3, 4]),
      query: [QueryItem(name: "prompt", value: "ä\"\0\n"), QueryItem(name: "", value: "")],
      request: nil),
  ]

  @Test(arguments: orders) func itIsReadAsItWasWritten(_ order: RequestedOrder) throws {
    #expect(RequestedOrder(try JSON(parsing: order.json.bytes)) == order)
  }

  @Test func whatAnotherProgramWroteIsNoOrder() throws {
    let zeros = [String](repeating: "0", count: 32).joined(separator: ",")
    for text in [
      "{}", #"{"query":[["a"]]}"#, #"{"query":[],"upload":{"bytes":1,"sha256":[256]}}"#,
      #"{"query":[],"upload":{"bytes":1,"sha256":[\#(zeros)],"parts":[2]}}"#,
    ] {
      #expect(RequestedOrder(try JSON(parsing: Array(text.utf8))) == nil, "\(text)")
    }
  }

  /// As version 0.1.0 wrote it.
  @Test func anOrderOfTheLastVersionBecomesOneOfValues() throws {
    let zeros = [String](repeating: "0", count: 32).joined(separator: ",")
    let text = #"""
      {"upload":{"bytes":7,"sha256":[\#(zeros)],"type":"application/gzip","parts":[]},\
      "query":[["prompt","nodule"],["top_k","1"],["calibration","none"],["all_components","1"]],\
      "request":"{\"prompts\":[{\"label\":\"b\",\"text\":\"There is gas\"}],\
      \"options\":{\"include_embedding\":true}}"}
      """#.replacing("\\\n", with: "")
    let stored = try #require(RequestedOrder(JSON(parsing: Array(text.utf8))))
    let template = PromptTemplate("There is {term}")
    let order = try stored.order(PromptReading(template: template))
    #expect(
      order
        == JobOrder(
          volume: .upload(
            JobOrder.Upload(
              byteCount: 7, sha256: [UInt8](repeating: 0, count: 32),
              contentType: "application/gzip", parts: [])),
          prompts: [
            Prompt("nodule", template: template), Prompt(label: "b", texts: ["There is gas"]),
          ],
          topK: 1, calibration: "none", includesEmbedding: true, showsAllComponents: true))
    let kept = RequestedOrder(upload: nil, query: [], request: Array(#"{"volume_id":"x"}"#.utf8))
    #expect(try kept.order(PromptReading(template: template)).volume == .stored(id: "x"))
  }

  @Test func equalRequestsHaveEqualFingerprints() {
    let all = Self.orders.map(\.fingerprint)
    #expect(Set(all).count == all.count && all.allSatisfy { $0.count == 64 })
    #expect(Self.orders.map(\.fingerprint) == all)
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
