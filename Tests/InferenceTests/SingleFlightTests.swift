import TestSupport
import Testing

@testable import Inference

@Suite struct SingleFlightTests {
  private let flights = SingleFlight<Int>()

  @Test func fiftyCallersAtOnceAreOneWork() async throws {
    let (crowd, gate) = (Crowd(), Door())
    let answers = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<50 {
        group.addTask {
          try await flights.run("a") {
            crowd.enter()
            await gate.untilOpen()
            return 7
          }
        }
      }
      while flights.waiting(for: "a") < 50 { await Task.yield() }
      gate.open()
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(answers == Array(repeating: 7, count: 50))
    #expect(crowd.entered == 1)
    #expect(flights.waiting(for: "a") == 0)
  }

  @Test func otherKeysAndLaterCallersAreOtherWork() async throws {
    let crowd = Crowd()
    for key in ["a", "b", "a"] {
      _ = try await flights.run(key) {
        crowd.enter()
        return 1
      }
    }
    #expect(crowd.entered == 3)
  }

  @Test func everybodyGetsTheError() async {
    let gate = Door()
    let work = { @Sendable () async throws -> Int in
      await gate.untilOpen()
      throw InferenceError.nonFiniteResult
    }
    async let one = Self.error(of: flights, work)
    async let other = Self.error(of: flights, work)
    while flights.waiting(for: "a") < 2 { await Task.yield() }
    gate.open()
    #expect(await [one, other] == [.nonFiniteResult, .nonFiniteResult])
  }

  @Test func whoLeavesIsLetGoAndTheWorkEndsWithTheLast() async throws {
    let gate = Door()
    let work = { @Sendable () async throws -> Int in
      await gate.untilOpen()
      if Task.isCancelled { throw InferenceError.cancelled }
      return 3
    }
    let callers = (0..<3).map { _ in Task { await Self.error(of: flights, work) } }
    while flights.waiting(for: "a") < 3 { await Task.yield() }
    callers[0].cancel()
    #expect(await callers[0].value == .cancelled)
    #expect(flights.waiting(for: "a") == 2)
    callers[1].cancel()
    callers[2].cancel()
    #expect(await callers[1].value == .cancelled)
    #expect(await callers[2].value == .cancelled)
    #expect(flights.waiting(for: "a") == 0)
    // What was given up is not joined.
    let again = try await flights.run("a") { 4 }
    #expect(again == 4)
  }

  private static func error(
    of flights: SingleFlight<Int>,
    _ work: @escaping @Sendable () async throws -> Int
  ) async -> InferenceError? {
    do {
      _ = try await flights.run("a", work)
      return nil
    } catch {
      return error as? InferenceError
    }
  }
}
