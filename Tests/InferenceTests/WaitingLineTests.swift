import TestSupport
import Testing

@testable import Inference

/// One at a time, in the order in which they came.
@Suite(.timeLimit(.minutes(30))) struct WaitingLineTests {
  /// Returns when so many are inside or wait.
  private static func until(_ depth: Int, in line: WaitingLine) async {
    while line.use.depth != depth { await Task.yield() }
  }

  @Test func oneIsInsideAndAllHaveTheirTurn() async throws {
    let line = WaitingLine("a", capacity: 100)
    let crowd = Crowd()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<100 {
        group.addTask {
          try await line.run {
            crowd.enter()
            await Task.yield()
            crowd.leave()
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(crowd.most == 1 && crowd.entered == 100 && line.use.depth == 0)
  }

  @Test func whoDoesNotFitIsRefusedAndTheNextOneIsNot() async throws {
    let line = WaitingLine("a", capacity: 2)
    let door = Door()
    let inside = (0..<3).map { _ in
      Task { try await line.run { await door.untilOpen() } }
    }
    await Self.until(3, in: line)
    for _ in 0..<5 {
      await #expect(throws: InferenceError.queueFull(capacity: 2, retryAfter: 3)) {
        try await line.run {}
      }
    }
    door.open()
    for task in inside { try await task.value }
    try await line.run {}
  }

  @Test func whoGivesUpLeavesAPlaceAndNeverRuns() async throws {
    let line = WaitingLine("a", capacity: 1)
    let door = Door()
    let crowd = Crowd()
    let inside = Task {
      try await line.run { await door.untilOpen() }
    }
    await Self.until(1, in: line)
    for _ in 0..<100 {
      let waiting = Task {
        try await line.run { crowd.enter() }
      }
      await Self.until(2, in: line)
      waiting.cancel()
      await #expect(throws: InferenceError.cancelled) { try await waiting.value }
      #expect(line.use.depth == 1)
    }
    door.open()
    try await inside.value
    #expect(crowd.entered == 0 && line.use.depth == 0)
  }

  @Test func anErrorInsideLetsTheNextOneIn() async throws {
    let line = WaitingLine("a", capacity: 4)
    for _ in 0..<10 {
      await #expect(throws: InferenceError.unknownVolume) {
        try await line.run { throw InferenceError.unknownVolume }
      }
    }
    try await line.run {}
  }
}
