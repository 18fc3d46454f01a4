import HTTP
import TestSupport
import Testing

/// Bodies that are sent while they come to be.
@Suite(.timeLimit(.minutes(30)))
struct StreamTests {
  private static func get(_ target: String, _ method: String = "GET") -> String {
    "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n"
  }

  @Test func piecesComeAsTheyAreMadeAndTheConnectionGoesOn() async throws {
    let server = try TestServer()
    let client = try server.client()
    await client.send(Self.get("/stream"))
    #expect(try await client.head().status == 200)
    #expect(try await client.chunk() == Array("one".utf8))
    server.release.raise()
    #expect(try await client.chunk() == Array("two".utf8))
    #expect(try await client.chunk().isEmpty)
    await client.send(Self.get("/probe"))
    #expect(try await client.answer().text == "alive")
    let record = try await server.record { $0.routePattern == "/stream" }
    #expect(record.bytesSent == 6 && record.ending == .completed)
    await server.stop()
  }

  @Test func headHasNoBodyToWaitFor() async throws {
    let server = try TestServer()
    #expect(
      try await server.answer(to: Self.get("/stream", "HEAD"), toHead: true).status == 200)
    server.release.raise()
    await server.stop()
  }

  @Test func whoLeavesEndsTheMakingOfItsBody() async throws {
    let server = try TestServer()
    var client: RawClient? = try server.client()
    await client?.send(Self.get("/stream?endless"))
    _ = try await client?.head()
    #expect(try await client?.chunk() == Array("one".utf8))
    client = nil
    await server.cancelled.wait()
    server.release.raise()
    await server.stop()
  }

  @Test func aServerThatStopsEndsStreamsAtOnce() async throws {
    let server = try TestServer()
    let clients = try (0..<8).map { _ in try server.client() }
    for client in clients {
      await client.send(Self.get("/stream?endless"))
      _ = try await client.head()
      #expect(try await client.chunk() == Array("one".utf8))
    }
    // A grace that a test would not outlive.
    async let drained: Void = server.server.drain(grace: .seconds(600))
    for client in clients { #expect(try await client.chunk().isEmpty) }
    await server.cancelled.wait(for: clients.count)
    await drained
    server.release.raise()
    await server.stop()
  }

  @Test func manyStreamsEndInAnyOrder() async throws {
    let server = try TestServer()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<100 {
        group.addTask {
          let answer = try await server.answer(to: Self.get("/stream"))
          #expect(answer.text == "onetwo")
        }
      }
      group.addTask {
        try await Task.sleep(for: .milliseconds(50))
        server.release.raise()
      }
      try await group.waitForAll()
    }
    await server.stop()
  }
}
