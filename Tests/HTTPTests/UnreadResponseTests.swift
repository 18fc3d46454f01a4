import HTTP
import TestSupport
import Testing

/// Large answers that clients do not read.
@Suite(.timeLimit(.minutes(30))) struct UnreadResponseTests {
  private static func get(_ target: String, _ method: String = "GET") -> String {
    "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n"
  }

  private static let twoBodies = 2 * TestServer.largeBody.count

  /// Clients that have the head of a large answer and read no more; the answers count until somebody reads them.
  private static func silentClients(_ count: Int, _ server: TestServer) async throws -> [RawClient]
  {
    var clients: [RawClient] = []
    for _ in 0..<count {
      let client = try server.client()
      await client.send(get("/large"))
      #expect(try await client.head().status == 200)
      clients.append(client)
    }
    return clients
  }

  @Test func aLargeAnswerComesWhole() async throws {
    try await withServer { server in
      let client = try server.client()
      for _ in 0..<2 {
        await client.send(Self.get("/large"))
        #expect(try await client.answer().body == TestServer.largeBody)
      }
      await client.send(Self.get("/large", "HEAD") + Self.get("/probe"))
      let head = try await client.answer(toHead: true)
      #expect(head.header("Content-Length") == "\(TestServer.largeBody.count)")
      #expect(try await client.answer().text == "alive")
    }
  }

  @Test func whatNobodyReadsIsCountedAndOthersAreRefused() async throws {
    try await withServer {
      $0.responseByteLimit = Self.twoBodies
    } _: { server in
      var clients = try await Self.silentClients(2, server)
      let refused = try await server.answer(to: Self.get("/large"))
      #expect(refused.status == 503 && refused.text == "memory-pressure")
      // Small answers, and heads of large ones, need no room.
      #expect(try await server.answer(to: Self.get("/echo/a")).status == 200)
      #expect(
        try await server.answer(to: Self.get("/large", "HEAD"), toHead: true).status == 200)
      // Who leaves makes room.
      clients.removeLast()
      while try await server.answer(to: Self.get("/large")).status != 200 {}
      clients.removeAll()
    }
  }

  @Test func oneAloneIsSentWhateverItsSize() async throws {
    try await withServer {
      $0.responseByteLimit = 1
    } _: { server in
      #expect(try await server.answer(to: Self.get("/large")).body == TestServer.largeBody)
      let clients = try await Self.silentClients(1, server)
      #expect(try await server.answer(to: Self.get("/large")).status == 503)
      #expect(clients.count == 1)
    }
  }

  @Test func whoTakesNothingIsCut() async throws {
    try await withServer {
      $0.deadlines.idle = .seconds(5)
    } _: { server in
      let clients = try await Self.silentClients(1, server)
      let record = try await server.record { $0.routePattern == "/large" }
      #expect(record.ending == .timedOut && clients.count == 1)
    }
  }

  @Test func whoIsSlowMakesRoomForOthers() async throws {
    try await withServer {
      $0.responseByteLimit = Self.twoBodies
      $0.deadlines.send = .zero
    } _: { server in
      let clients = try await Self.silentClients(2, server)
      while try await server.answer(to: Self.get("/large")).status != 200 {}
      // Both are slow, or only the first, if the other came within the same tick of the clock.
      var isAnyClosed = false
      for client in clients where await client.isClosedByServer() { isAnyClosed = true }
      #expect(isAnyClosed)
    }
  }
}
