import Files
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import HTTP

/// Bodies that are read from a file while they are sent.
@Suite struct ResponseFileTests {
  /// Says when it is released.
  private final class Owner: Sendable {
    let spool: NIfTISpool
    let released: Signal

    init(_ bytes: [UInt8], _ released: Signal) {
      spool = NIfTISpool(bytes)
      self.released = released
    }

    deinit { released.raise() }
  }

  private static let bytes = (0..<3_000_001).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }

  private func server(
    _ file: @escaping @Sendable () -> ResponseFile
  ) throws -> (server: Server, spool: String) {
    let spool = try TestServer.makeSpool()
    let server = try Server(
      configuration: ServerConfiguration(port: 0, spoolDirectory: spool),
      routes: [
        Route(.get, "/file", scope: nil) { _ in Response(status: 200, file: file()) }
      ], keys: KeyRing(), errorResponse: { error, _ in Response(status: error.status) },
      onRequestFinished: { _ in })
    return (server, spool)
  }

  private func answer(_ server: Server, _ method: String) async throws -> RawAnswer {
    let client = try RawClient(port: server.port)
    await client.send("\(method) /file HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    return try await client.answer(toHead: method == "HEAD")
  }

  @Test func theFileIsSentAndReleased() async throws {
    let released = Signal()
    let (server, spool) = try server {
      let owner = Owner(Self.bytes, released)
      return ResponseFile(
        fileDescriptor: owner.spool.fileDescriptor, offset: 7, byteCount: Self.bytes.count - 9,
        owner: owner)
    }
    for (count, method) in ["GET", "HEAD"].enumerated() {
      let answer = try await answer(server, method)
      #expect(answer.status == 200)
      #expect(answer.header("Content-Length") == "\(Self.bytes.count - 9)")
      #expect(answer.body == (method == "GET" ? Array(Self.bytes[7...].dropLast(2)) : []))
      await released.wait(for: count + 1)
    }
    await server.drain(grace: .seconds(5))
    rmdir(spool)
  }

  @Test func aFileThatCannotBeReadToItsEndCutsTheConnection() async throws {
    let released = Signal()
    let (server, spool) = try server {
      let owner = Owner(Self.bytes, released)
      return ResponseFile(
        fileDescriptor: owner.spool.fileDescriptor, byteCount: Self.bytes.count + 1, owner: owner)
    }
    let client = try RawClient(port: server.port)
    await client.send("GET /file HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await #expect(throws: (any Error).self) { try await client.answer() }
    await released.waitToTheEnd()
    await server.drain(grace: .seconds(5))
    rmdir(spool)
  }

  @Test func aCopyInTheSpoolIsCounted() async throws {
    let directory = try TestServer.makeSpool()
    let space = SpoolSpace(directory: directory, byteLimit: 8 << 20)
    let large = [UInt8](repeating: 5, count: 3 << 20)
    do {
      let copy = try ResponseCopy(in: space, byteCount: 2 * large.count)
      for _ in 0..<2 { try await copy.append(large) }
      let file = try copy.finish()
      #expect(file.byteCount == 2 * large.count && space.figures?.taken == file.byteCount)
      #expect(throws: HTTPError.storageFull) { try SpoolHold(3 << 20, in: space) }
      let hold = try SpoolHold(2 << 20, in: space)
      withExtendedLifetime((file, hold)) { #expect(space.figures?.taken == 8 << 20) }
    }
    #expect(space.figures?.taken == 0)
    #expect(throws: HTTPError.storageFull) { try ResponseCopy(in: space, byteCount: 9 << 20) }
    rmdir(directory)
  }
}
