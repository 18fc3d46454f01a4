import HTTP
import TestSupport
import Testing

private func get(_ target: String) -> String {
  "GET \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n"
}

@Suite(.timeLimit(.minutes(30)))
struct DrainTests {
  @Test("An idle server stops at once, also when it is told twice")
  func idle() async throws {
    let server = try TestServer()
    async let first: Void = server.server.drain(grace: .seconds(60))
    async let second: Void = server.server.drain(grace: .seconds(60))
    _ = await (first, second)
    await server.stop()
    #expect(throws: RawClient.Failure.self) { try server.client() }
  }

  @Test(
    "While work goes on, new work is refused and probes are answered; then the work is answered")
  func graceful() async throws {
    let server = try TestServer()
    let working = try server.client()
    let keptAlive = try server.client()
    await keptAlive.send(get("/probe"))
    #expect(try await keptAlive.answer().status == 200)
    await working.send(get("/wait"))
    await server.waiting.wait()

    async let drained: Void = server.server.drain(grace: .seconds(60))
    try await untilRefused(server)
    let refused = try await server.answer(to: get("/echo/a"))
    #expect(refused.status == 503)
    #expect(refused.text == "draining")
    #expect(refused.header("Connection")?.lowercased() == "close")
    let probe = try await server.answer(to: get("/probe"))
    #expect(probe.status == 200)
    await keptAlive.send(get("/wait"))
    #expect(try await keptAlive.answer().status == 503)

    server.release.raise()
    let answer = try await working.answer()
    #expect(answer.status == 200)
    #expect(answer.text == "waited")
    #expect(answer.header("Connection")?.lowercased() == "close")
    await drained
    await server.stop()
  }

  @Test(
    "After the grace, a request whose handler does not end is refused and its handler cancelled")
  func impatient() async throws {
    let server = try TestServer()
    let clients = try (0..<8).map { _ in try server.client() }
    for client in clients { await client.send(get("/wait")) }
    await server.waiting.wait(for: clients.count)
    async let drained: Void = server.server.drain(grace: .milliseconds(50))
    for client in clients {
      let answer = try await client.answer()
      #expect(answer.status == 503)
      #expect(answer.text == "draining")
    }
    await server.cancelled.wait(for: clients.count)
    await drained
    server.release.raise()
    await server.stop()
  }

  @Test("After the grace, an upload that does not end is cut")
  func endlessUploads() async throws {
    let server = try TestServer()
    let head =
      "POST /files HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/gzip\r\n"
      + "Content-Length: 99\r\n"
    let clients = try (0..<8).map { _ in try server.client() }
    for client in clients {
      await client.send(head + "Expect: 100-continue\r\n\r\n")
      await client.send("1")
    }
    await server.server.drain(grace: .milliseconds(50))
    for client in clients { #expect(await client.isClosedByServer()) }
    await server.stop()
  }

  /// Returns when the drain has begun: a refusal is the sign of it.
  private func untilRefused(_ server: TestServer) async throws {
    while try await server.answer(to: get("/echo/a")).status != 503 {}
  }
}

@Suite(.timeLimit(.minutes(30)))
struct ClientDepartureTests {
  @Test("A client that stops sending after its request gets its answer, alone and in company")
  func halfClose() async throws {
    for companyCount in [0, 8] {
      try await withServer { server in
        // Several on each of the server's threads, as old as the client and older.
        func company() async throws -> [RawClient] {
          let clients = try (0..<companyCount).map { _ in try server.client() }
          for client in clients {
            await client.send(get("/probe"))
            #expect(try await client.answer().status == 200)
          }
          return clients
        }
        let older = try await company()
        let clients = try (0..<4).map { _ in try server.client() }
        for client in clients {
          await client.send(get("/wait"))
          client.halfClose()
        }
        await server.waiting.wait(for: clients.count)
        let younger = try await company()
        server.release.raise()
        for client in clients {
          #expect(try await client.answer().text == "waited")
          #expect(await client.isClosedByServer())
        }
        for idle in older + younger {
          await idle.send(get("/probe"))
          #expect(try await idle.answer().status == 200)
        }
      }
    }
  }

  @Test("The handler of a client that closes its connection is cancelled")
  func close() async throws {
    try await withServer { server in
      var client: RawClient? = try server.client()
      await client?.send(get("/wait"))
      await server.waiting.wait()
      client = nil
      await server.cancelled.wait()
      server.release.raise()
      _ = try await server.record { $0.routePattern == "/wait" }
    }
  }

  @Test("The handler of a client that resets its connection is cancelled")
  func reset() async throws {
    try await withServer { server in
      var client: RawClient? = try server.client()
      await client?.send(get("/wait"))
      await server.waiting.wait()
      client?.resetOnClose()
      client = nil
      await server.cancelled.wait()
      server.release.raise()
      let record = try await server.record { $0.routePattern == "/wait" }
      #expect(record.ending == .clientGone)
    }
  }

  @Test("An address may have so many connections, and others may have theirs")
  func addressLimit() async throws {
    try await withServer {
      $0.addressConnectionLimit = 3
    } _: { server in
      var greedy = try (0..<3).map { _ in try server.client() }
      for client in greedy {
        await client.send(get("/probe"))
        #expect(try await client.answer().status == 200)
      }
      let beyond = try server.client()
      #expect(await beyond.isClosedByServer())
      let other = try RawClient(port: server.server.port, from: 2)
      await other.send(get("/probe"))
      #expect(try await other.answer().status == 200)
      // A place that was left is free again, soon.
      greedy.removeLast()
      while (try? await server.answer(to: get("/probe")))?.status != 200 {}
    }
  }

  @Test("A connection too many gets probes and otherwise a refusal at once, until there is room")
  func connectionLimit() async throws {
    try await withServer {
      $0.connectionLimit = 3
    } _: { server in
      var clients = try (0..<3).map { _ in try server.client() }
      for client in clients {
        await client.send(get("/echo/a"))
        #expect(try await client.answer().status == 200)
      }
      for _ in 0..<70 {
        let refused = try await server.answer(to: get("/echo/a"))
        #expect(refused.status == 503 && refused.text == "too-many-connections")
        #expect(refused.header("Connection")?.lowercased() == "close")
      }
      #expect(try await server.answer(to: get("/probe")).status == 200)
      clients.removeLast()
      while (try? await server.answer(to: get("/echo/a")))?.status != 200 {}
    }
  }

  @Test("A client that is too slow with its head is cut")
  func slowHead() async throws {
    try await withServer {
      $0.deadlines.head = .milliseconds(100)
    } _: { server in
      let client = try server.client()
      await client.send("GET /probe HTTP/1.1\r\nHost: loc")
      #expect(await client.isClosedByServer())
      let silent = try server.client()
      #expect(await silent.isClosedByServer())
    }
  }

  @Test("A client that is too slow with its body is cut")
  func slowBody() async throws {
    try await withServer {
      $0.deadlines.uploadWindow = .milliseconds(100)
    } _: { server in
      let client = try server.client()
      await client.send(
        "POST /files HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/gzip\r\n"
          + "Content-Length: 99\r\n\r\n1")
      #expect(await client.isClosedByServer())
      let record = try await server.record { $0.routePattern == "/files" }
      #expect(record.status == nil)
      #expect(record.bytesReceived == 1)
    }
  }

  @Test("Every request leaves one record")
  func records() async throws {
    try await withServer { server in
      _ = try await server.answer(to: get("/echo/a"))
      let served = try await server.record { $0.routePattern == "/echo/{name}" }
      #expect(served.status == 200)
      #expect(served.method == .get)
      #expect(served.bytesSent == 1)
      #expect(served.bytesReceived == 0)
      #expect(served.ending == .completed)
      #expect(served.duration > .zero)
      _ = try await server.answer(to: "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n")
      let unreadable = try await server.record { $0.status == 400 }
      #expect(unreadable.ending == .unreadable)
      #expect(unreadable.method == nil)
    }
  }
}
