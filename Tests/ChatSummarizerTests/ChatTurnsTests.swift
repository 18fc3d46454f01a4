import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ChatSummarizer

@Suite(.timeLimit(.minutes(30))) struct ChatTurnsTests {
  private final class Caller: Sendable {}

  @Test func oneMoreThanTheLimitWaitsForAnEnd() {
    let turns = ChatTurns(limit: 2)
    let callers = (0..<5).map { _ in Caller() }
    let started = Mutex<[Int]>([])
    for (index, caller) in callers.enumerated() {
      turns.enter(ObjectIdentifier(caller)) { started.withLock { $0.append(index) } }
    }
    #expect(started.withLock { $0 } == [0, 1])
    turns.leave(ObjectIdentifier(callers[2]))
    turns.leave(ObjectIdentifier(callers[2]))
    #expect(started.withLock { $0 } == [0, 1])
    turns.leave(ObjectIdentifier(callers[1]))
    turns.leave(ObjectIdentifier(callers[1]))
    #expect(started.withLock { $0 } == [0, 1, 3])
    turns.leave(ObjectIdentifier(callers[0]))
    #expect(started.withLock { $0 } == [0, 1, 3, 4])
  }

  @Test func endedCallsMakePlaceForThoseThatWait() async throws {
    let server = try TinyServer(answer: nil)
    defer { server.close() }
    let summarizer = try ChatSummarizer(
      url: "http://127.0.0.1:\(server.port)", timeout: .seconds(3600))
    var arrivals = server.arrivals.makeAsyncIterator()
    let first = (0..<ChatSummarizer.mostCalls).map { _ in
      Task { try await summarizer.summarize("") }
    }
    for _ in first { await arrivals.next() }
    let waiting = Task { try await summarizer.summarize("") }
    #expect(server.requests.count == ChatSummarizer.mostCalls)
    first[0].cancel()
    await arrivals.next()
    #expect(server.requests.count == ChatSummarizer.mostCalls + 1)
    for task in first + [waiting] {
      task.cancel()
      await #expect(throws: ChatSummarizerError.cancelled) { try await task.value }
    }
  }

  @Test func aCallThatWaitsTimesOut() async throws {
    let server = try TinyServer(answer: nil)
    defer { server.close() }
    let timeout = Duration.milliseconds(300)
    let summarizer = try ChatSummarizer(
      url: "http://127.0.0.1:\(server.port)", timeout: timeout)
    await withTaskGroup { group in
      for _ in 0..<3 * ChatSummarizer.mostCalls {
        group.addTask {
          await #expect(throws: ChatSummarizerError.timedOut(after: timeout)) {
            try await summarizer.summarize("")
          }
        }
      }
    }
  }
}
