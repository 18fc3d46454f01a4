import Foundation
import Glibc
import TestSupport
import Testing

/// Rows A16, A21, C10, I1 to I3 and M1 of HostileInputs.md: bodies that are slow, cut, endless or too large.
@Suite(.enabled(if: HostileRow.isAskedFor), .timeLimit(.minutes(30))) struct HostileUploadTests {
  private let good = HostileVolumes.good().bytes()

  private func head(_ fields: String) -> [UInt8] {
    Array(
      ("POST /v1/diagnoses?prompt=gas HTTP/1.1\r\nHost: localhost\r\n"
        + "Content-Type: application/octet-stream\r\n\(fields)\r\n").utf8)
  }

  private func chunk(_ bytes: [UInt8]) -> [UInt8] {
    Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + [13, 10]
  }

  private let end = Array("0\r\n\r\n".utf8)

  @Test func aBodyThatComesByteByByteIsTaken() async throws {
    let service = try await RunningService()
    let packed = NIfTIGzip().member(good)
    let client = try await service.sent(head("Content-Length: \(packed.count)\r\n"))
    for byte in packed { await client.send([byte]) }
    #expect(try await client.answer().status == 200, "C10")
    let chunked = try await service.sent(head("Transfer-Encoding: chunked\r\n"))
    for byte in packed { await chunked.send(chunk([byte])) }
    await chunked.send(end)
    #expect(try await chunked.answer().status == 200, "C10 in chunks")
  }

  @Test func halfAMillionChunksCostNoMemory() async throws {
    let service = try await RunningService()
    _ = try await service.diagnose(good)
    let before = service.process.memory.peak
    let chunks = (0..<500_000).flatMap { _ in Array("1\r\na\r\n".utf8) }
    let client = try await service.sent(head("Transfer-Encoding: chunked\r\n") + chunks + end)
    #expect(try await client.answer().code == "not-nifti", "A21")
    #expect(service.process.memory.peak - before < 16 << 20, "A21")
    try await service.expectUnharmed(after: "A21")
  }

  @Test func aChunkedBodyBeyondTheLimitIsRefusedOrCut() async throws {
    let limit = 1 << 20
    let service = try await RunningService(["--max-body", "\(limit)"])
    let piece = chunk([UInt8](repeating: 0, count: 1 << 18))
    let fields = "Transfer-Encoding: chunked\r\nConnection: close\r\n"
    let beyond = try await service.sent(
      head(fields) + (0..<4).flatMap { _ in piece } + chunk([0]) + end)
    #expect(try await beyond.answer().code == "body-too-large", "I2")
    let endless = try await service.sent(head(fields))
    var count = 0
    while count < 1000, await endless.send(piece) { count += 1 }
    #expect(count < 1000, "I2: an endless body is cut")
    #expect(try await service.eventually { service.spooled.isEmpty }, "I2")
    try await service.expectUnharmed(after: "I2")
    let declared = try await service.answer(
      "POST", "/v1/diagnoses?prompt=gas", type: "application/gzip",
      headers: ["Content-Length: \(limit + 1)", "Expect: 100-continue"])
    #expect(declared.code == "body-too-large" && declared.interim.isEmpty, "I1")
  }

  @Test func aBodyThatIsShorterOrLongerThanItsLengthIsNotTakenForAnother() async throws {
    let service = try await RunningService()
    let files = service.openDescriptors
    do {
      // Its client goes before the other half was sent.
      _ = try await service.sent(head("Content-Length: 100\r\n") + good.prefix(50))
    }
    let halfClosed = try await service.sent(head("Content-Length: 100\r\n") + good.prefix(50))
    halfClosed.halfClose()
    #expect(await halfClosed.isClosedByServer(), "I3 50 of 100")
    let longer = try await service.sent(
      head("Content-Length: \(good.count)\r\n") + good + Array("junk SECRET\r\n\r\n".utf8))
    #expect(try await longer.answer().status == 200, "I3 50 more")
    #expect(try await longer.answer().status == 400, "I3: the rest is no request")
    #expect(await longer.isClosedByServer(), "I3 50 more")
    #expect(try await service.eventually { service.openDescriptors <= files + 2 }, "I3")
    try await service.expectUnharmed(after: "I3")
    #expect(try await service.volumeIDs().count == 1, "I3")
  }

  @Test func aFullQueueIsSaidBeforeTheBodyIsAskedFor() async throws {
    let service = try await RunningService(["--queue-capacity", "0", "--persist", "none"])
    let volume = VolumesPhantom(shape: [160, 160, 60], spacing: [2, 2, 5]).stored(as: "LPS").file()
      .bytes()
    var refused: RawAnswer?
    for round in 0..<50 where refused == nil {
      let working = Task {
        try await service.diagnose(Array(volume.dropLast(2)) + [UInt8(round), 0])
      }
      for _ in 0..<100 where refused == nil {
        let client = try await service.sent(
          head("Content-Length: \(good.count)\r\nExpect: 100-continue\r\nConnection: close\r\n"))
        // A server that wants the body says so first, and gets it.
        await client.send(good)
        let answer = try await client.answer()
        if answer.status == 503 && answer.interim.isEmpty { refused = answer }
      }
      _ = try await working.value
    }
    #expect(refused?.code == "queue-full", "A16")
    #expect(Int(refused?.header("Retry-After") ?? "") ?? 0 >= 1, "I9")
  }

  @Test func aSpoolWithoutRoomIsSaidAndForgotten() async throws {
    let folder = try ArchiveFolder()
    let spool = "\(folder.path)/spool"
    guard mkdir(spool, 0o700) == 0, mount("tmpfs", spool, "tmpfs", 0, "size=1m,mode=700") == 0
    else { return }  // Only root can mount; SpoolFileTests cover the rest.
    defer { umount2(spool, Int32(MNT_DETACH)) }
    let process = try HostileProcess.serve("exec \"$@\"", folder: folder.path)
    defer { process.signal(SIGKILL) }
    _ = try #require(await process.logLine(with: "] ready"))
    let port = try #require(try await HostileProcess.port(of: process.identifier))
    let large = [UInt8](repeating: 0, count: 3 << 20)
    let pieces = stride(from: 0, to: large.count, by: 1 << 18).flatMap { _ in
      chunk([UInt8](repeating: 0, count: 1 << 18))
    }
    for (row, request) in [
      ("M1 declared", head("Content-Length: \(large.count)\r\n") + large),
      ("M1 in chunks", head("Transfer-Encoding: chunked\r\n") + pieces + end),
    ] {
      let client = try RawClient(port: port)
      await client.send(request)
      let answer = try await client.answer()
      #expect(answer.status == 507 && answer.code == "storage-full", "\(row)")
      let next = try RawClient(port: port)
      await next.send(head("Content-Length: \(good.count)\r\n") + good)
      #expect(try await next.answer().status == 200, "after \(row)")
    }
  }
}
