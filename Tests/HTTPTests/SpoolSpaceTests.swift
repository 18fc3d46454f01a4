import Glibc
import TestSupport
import Testing

@testable import HTTP

/// How much space uploads in progress may have, all together.
@Suite(.timeLimit(.minutes(30))) struct SpoolSpaceTests {
  private static let mebibyte = 1 << 20

  private static func space(_ byteLimit: Int) throws -> SpoolSpace {
    SpoolSpace(directory: try TestServer.makeSpool(), byteLimit: byteLimit)
  }

  private static func append(_ count: Int, to file: SpoolFile) throws {
    try [UInt8](repeating: 1, count: count).withUnsafeBytes { try file.append($0) }
  }

  @Test func aPromiseTakesOneStepAndBytesTakeTheRest() throws {
    let space = try Self.space(64 * Self.mebibyte)
    var file: SpoolFile? = try SpoolFile(in: space, expecting: 40 * Self.mebibyte)
    #expect(space.figures?.taken == SpoolSpace.diskStep)
    try Self.append(9 * Self.mebibyte, to: try #require(file))
    let taken = try #require(space.figures?.taken)
    #expect(taken >= 9 * Self.mebibyte && taken < 9 * Self.mebibyte + SpoolSpace.diskStep)
    try file?.seal()
    #expect(space.figures?.taken == 9 * Self.mebibyte)
    file = nil
    #expect(space.figures?.taken == 0)
  }

  @Test func manyPromisesLeaveRoomForOneThatIsKept() throws {
    let space = try Self.space(64 * Self.mebibyte)
    let promises = try (0..<8).map { _ in
      let file = try SpoolFile(in: space, expecting: 30 * Self.mebibyte)
      try Self.append(20_000, to: file)
      return file
    }
    let kept = try SpoolFile(in: space, expecting: 20 * Self.mebibyte)
    try Self.append(20 * Self.mebibyte, to: kept)
    #expect(promises.count == 8 && kept.byteCount == 20 * Self.mebibyte)
  }

  @Test func whatCannotFitIsRefusedAndGivesBackAll() throws {
    let space = try Self.space(10 * Self.mebibyte)
    #expect(throws: SpoolError.full) {
      try SpoolFile(in: space, expecting: 10 * Self.mebibyte + 1)
    }
    do {
      let endless = try SpoolFile(in: space, expecting: 0)
      #expect(throws: SpoolError.full) { try Self.append(10 * Self.mebibyte + 1, to: endless) }
      try Self.append(10 * Self.mebibyte, to: endless)
      #expect(throws: SpoolError.full) { try Self.append(1, to: endless) }
      #expect(space.figures?.available == 0 && space.figures?.takesUploads == false)
    }
    #expect(space.figures?.taken == 0 && space.figures?.takesUploads == true)
  }

  @Test func theLastBytesAreUsedAlthoughAStepIsLarger() throws {
    let space = try Self.space(SpoolSpace.diskStep + 3)
    let file = try SpoolFile(in: space, expecting: 0)
    try Self.append(SpoolSpace.diskStep + 3, to: file)
    #expect(throws: SpoolError.full) { try Self.append(1, to: file) }
  }

  @Test func smallBodiesNeedNoDiskAndHaveALimitOfTheirOwn() throws {
    let space = try Self.space(1)
    do {
      let small = try SpoolFile(in: space, expecting: SpoolSpace.smallBodyByteLimit)
      try Self.append(SpoolSpace.smallBodyByteLimit, to: small)
      #expect(small.isInMemory && space.bytesInMemory == SpoolSpace.smallBodyByteLimit)
      #expect(throws: SpoolError.full) {
        try SpoolFile(in: space, expecting: SpoolSpace.smallBodyByteLimit + 1)
      }
      // All memory but what the small one has: more of it is refused, and a new one goes to the disk, which is full.
      let rest = SpoolSpace.memoryByteLimit - space.bytesInMemory
      #expect(space.takeMemory(rest) && !space.takeMemory(1))
      #expect(throws: SpoolError.memory) { try Self.append(1, to: small) }
      #expect(throws: SpoolError.full) { try SpoolFile(in: space, expecting: 100) }
      space.giveBackMemory(rest)
      #expect(try SpoolFile(in: space, expecting: 100).isInMemory)
    }
    #expect(space.bytesInMemory == 0)
  }

  @Test func aShortageIsToldOnceForEachRefusal() throws {
    let space = try Self.space(Self.mebibyte)
    let told = Signal()
    space.onShortage { told.raise() }
    let file = try SpoolFile(in: space, expecting: 0)
    for count in 1...2 {
      #expect(throws: SpoolError.full) { try Self.append(2 * Self.mebibyte, to: file) }
      #expect(told.count == count)
    }
    // What can never fit is not a shortage.
    #expect(throws: SpoolError.full) { try SpoolFile(in: space, expecting: 9 * Self.mebibyte) }
    #expect(told.count == 2)
  }

  // MARK: Through the server

  private static func post(_ path: String, _ fields: String, _ body: [UInt8] = []) -> [UInt8] {
    Array(
      ("POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n"
        + "\(fields)\r\n").utf8) + body
  }

  @Test func slowPromisesKeepNobodyOut() async throws {
    try await withServer {
      $0.spool = SpoolSpace(directory: $0.spool.directory, byteLimit: 40 << 20)
      // However slow this machine is, nobody is late.
      $0.deadlines.uploadIdle = .seconds(3600)
      $0.deadlines.uploadWindow = .seconds(3600)
    } _: { server in
      let promise = Self.post("/volumes", "Content-Length: \(30 << 20)\r\n")
      let slow = try (0..<4).map { _ in try server.client() }
      for client in slow { await client.send(promise + [UInt8](repeating: 0, count: 20_000)) }
      while server.configuration.spool.figures?.taken != 4 * SpoolSpace.diskStep {
        try await Task.sleep(for: .milliseconds(5))
      }
      let body = [UInt8](repeating: 5, count: 20 << 20)
      let request = Self.post("/volumes", "Content-Length: \(body.count)\r\n", body)
      #expect(try await server.answer(to: request).status == 200)
    }
  }

  @Test(arguments: ["Content-Length: 3145728\r\n", "Transfer-Encoding: chunked\r\n"])
  func aFullSpoolRefusesLargeBodiesAndTakesSmallOnes(_ framing: String) async throws {
    try await withServer {
      $0.spool = SpoolSpace(directory: $0.spool.directory, byteLimit: 1)
    } _: { server in
      let body = [UInt8](repeating: 5, count: 3 << 20)
      let chunks = Array("300000\r\n".utf8) + body + Array("\r\n0\r\n\r\n".utf8)
      let large = Self.post("/volumes", framing, framing.hasPrefix("T") ? chunks : body)
      let refused = try await server.answer(to: large)
      #expect(refused.status == 507 && refused.text == "storage-full")
      for (path, request) in [
        ("/volumes", "Content-Length: 3\r\n\r\nabc"), ("/files", "Content-Length: 3\r\n\r\nabc"),
        ("/files", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
      ] {
        let text =
          "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n"
        #expect(try await server.answer(to: text + request).status == 200, "\(path)")
      }
      #expect(server.configuration.spool.figures?.taken == 0)
    }
  }

  @Test func whereSpaceIsShortASlowUploadLosesItsOwn() async throws {
    try await withServer {
      $0.spool = SpoolSpace(directory: $0.spool.directory, byteLimit: 6 << 20)
      // Every upload has had its time, and none is fast enough, but only a shortage asks.
      $0.deadlines.uploadWindow = .seconds(1)
      $0.deadlines.uploadBytesPerSecond = 1 << 20
    } _: { server in
      let slow = try server.client()
      let body = [UInt8](repeating: 0, count: 2 << 20)
      await slow.send(Self.post("/volumes", "Content-Length: \(5 << 20)\r\n", body))
      // Where this machine is so slow that the upload is cut before it is seen, there is no shortage, and the end is the same.
      for _ in 0..<400 where server.configuration.spool.figures?.taken != SpoolSpace.diskStep {
        try await Task.sleep(for: .milliseconds(5))
      }
      let other = Self.post("/volumes", "Content-Length: \(3 << 20)\r\n")
      var status = 507
      while status == 507 {
        status = try await server.answer(to: other + [UInt8](repeating: 1, count: 3 << 20)).status
      }
      #expect(status == 200)
      #expect(await slow.isClosedByServer())
    }
  }
}
