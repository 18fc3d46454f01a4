import TestSupport
import Testing

@testable import Inference

@Suite struct InferenceLaneTests {
  @Test func worksOnOnePieceAtATime() async throws {
    let lane = InferenceLane(capacity: 64)
    let crowd = Crowd()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<32 {
        group.addTask {
          try await lane.run { _, _ in
            crowd.enter()
            crowd.leave()
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(crowd.most == 1)
    #expect(crowd.entered == 32)
  }

  @Test func refusesWhatDoesNotFitInTheQueueAndRecovers() async throws {
    let lane = InferenceLane(capacity: 1)
    let gate = Gate()
    let first = Task { try await lane.run { _, _ in gate.wait() } }
    await gate.untilSomebodyWaits()
    let second = Task { try await lane.run { _, _ in } }
    // The second piece is queued once the lane has no room left.
    while lane.use.depth < 2 { await Task.yield() }
    await #expect(throws: InferenceError.queueFull(capacity: 1, retryAfter: 2)) {
      try await lane.run { _, _ in }
    }
    gate.open()
    try await first.value
    try await second.value
    _ = try lane.takePlace()
  }

  @Test func dropsQueuedWorkThatIsCancelled() async throws {
    let lane = InferenceLane(capacity: 4)
    let gate = Gate()
    let first = Task { try await lane.run { _, _ in gate.wait() } }
    await gate.untilSomebodyWaits()
    let crowd = Crowd()
    let second = Task { try await lane.run { _, _ in crowd.enter() } }
    second.cancel()
    gate.open()
    try await first.value
    await #expect(throws: InferenceError.cancelled) { try await second.value }
    #expect(crowd.entered == 0)
  }

  @Test func cancelledWorkGivesItsPlaceUpAtOnce() async throws {
    let lane = InferenceLane(capacity: 1)
    let gate = Gate()
    let first = Task { try await lane.run { _, _ in gate.wait() } }
    await gate.untilSomebodyWaits()
    for _ in 0..<20 {
      let queued = Task { try await lane.run { _, _ in } }
      while (try? lane.takePlace()) != nil { await Task.yield() }
      queued.cancel()
      await #expect(throws: InferenceError.cancelled) { try await queued.value }
      _ = try lane.takePlace()
    }
    gate.open()
    try await first.value
  }

  @Test func workThatIsCancelledBeforeItWaitsNeverRuns() async throws {
    let lane = InferenceLane(capacity: 4)
    let crowd = Crowd()
    for _ in 0..<50 {
      let task = Task {
        while !Task.isCancelled { await Task.yield() }
        try await lane.run { _, _ in crowd.enter() }
      }
      task.cancel()
      await #expect(throws: InferenceError.cancelled) { try await task.value }
    }
    #expect(crowd.entered == 0)
    _ = try lane.takePlace()
  }

  @Test func tellsRunningWorkThatItIsCancelled() async throws {
    let lane = InferenceLane(capacity: 4)
    let gate = Gate()
    let task = Task {
      try await lane.run { _, isCancelled in
        gate.wait()
        return isCancelled()
      }
    }
    await gate.untilSomebodyWaits()
    task.cancel()
    gate.open()
    #expect(try await task.value)
  }
}
