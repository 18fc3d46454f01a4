import Foundation
import HTTP
import TestSupport
import Testing

/// What the server does with sockets holds by TLS, too, where bytes that lie in a socket need not be a request's.
@Suite(.timeLimit(.minutes(30)))
struct TLSServerTests {
  private static func identity() async throws -> TLSIdentity {
    let folder = try TestServer.makeSpool()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await OpenSSL.makeIdentity(in: folder)
    let files = try ["cert", "key"].map {
      [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0).pem")))
    }
    return TLSIdentity(certificates: files[0], key: files[1])
  }

  private static func get(_ target: String) -> String {
    "GET \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n"
  }

  @Test("The handler of a client that leaves is cancelled", arguments: [true, false])
  func departure(withGoodbye: Bool) async throws {
    let identity = try await Self.identity()
    try await withServer {
      $0.tls = identity
    } _: { server in
      let client = try OpenSSL(clientOf: server.server.port)
      client.send(Self.get("/wait"))
      await server.waiting.wait()
      if withGoodbye { client.hangUp() } else { client.kill() }
      await server.cancelled.wait()
      server.release.raise()
      _ = try await server.record { $0.routePattern == "/wait" }
      await client.ended()
    }
  }

  /// Nothing, a record's begin, a hello that never ends, and what is no TLS at all.
  @Test(
    "A client that does not end its handshake is cut",
    arguments: [[], [22, 3], [22, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3], Array("GET / HT".utf8)])
  func unendingHandshake(bytes: [UInt8]) async throws {
    let identity = try await Self.identity()
    try await withServer {
      $0.tls = identity
      $0.deadlines.head = .milliseconds(100)
    } _: { server in
      let client = try server.client()
      await client.send(bytes)
      #expect(await client.isClosedByServer())
    }
  }

  @Test("A client that is silent after its handshake is cut")
  func silence() async throws {
    let identity = try await Self.identity()
    try await withServer {
      $0.tls = identity
      $0.deadlines.head = .milliseconds(500)
    } _: { server in
      try await OpenSSL(clientOf: server.server.port).ended()
    }
  }

  @Test("A connection too many is told so")
  func connectionLimit() async throws {
    let identity = try await Self.identity()
    try await withServer {
      $0.tls = identity
      $0.connectionLimit = 0
    } _: { server in
      let client = try OpenSSL(clientOf: server.server.port)
      client.send(Self.get("/echo/a"))
      let record = try await server.record { $0.routePattern == "/echo/{name}" }
      #expect(record.status == 503)
      // The server closes the connection, and so the client ends.
      await client.ended()
    }
  }

  @Test("Old versions, ciphers that do not authenticate and large primes are not spoken")
  func weakCiphers() async throws {
    let identity = try await Self.identity()
    try await withServer {
      $0.tls = identity
    } _: { server in
      for (arguments, isSpoken) in [
        (["-tls1_3"], true), (["-tls1_2"], true),
        (["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"], true),
        (["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"], false),
        (["-tls1_3", "-groups", "ffdhe8192"], false),
        (["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], false),
      ] {
        let client = try OpenSSL(
          ["s_client", "-connect", "127.0.0.1:\(server.server.port)"] + arguments)
        client.hangUp()
        #expect(await client.ended() == (isSpoken ? 0 : 1), "\(arguments)")
      }
    }
  }
}
