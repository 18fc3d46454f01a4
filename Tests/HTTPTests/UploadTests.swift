import HTTP
import Hashing
import TestSupport
import Testing

private func digest(_ bytes: [UInt8]) -> String {
  "\(bytes.count):\(hexadecimal(SHA256.hash(data: bytes)))"
}

private func upload(_ headers: String, _ body: [UInt8]) -> [UInt8] {
  Array("POST /files HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n".utf8) + body
}

private func raw(_ body: [UInt8]) -> [UInt8] {
  upload("Content-Type: application/octet-stream\r\nContent-Length: \(body.count)\r\n", body)
}

private func chunked(_ body: [UInt8], chunkSize: Int) -> [UInt8] {
  var wire: [UInt8] = []
  for start in stride(from: 0, to: body.count, by: chunkSize) {
    let chunk = body[start..<min(start + chunkSize, body.count)]
    wire += Array("\(String(chunk.count, radix: 16))\r\n".utf8) + chunk + Array("\r\n".utf8)
  }
  let headers = "Content-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n"
  return upload(headers, wire + Array("0\r\n\r\n".utf8))
}

private func form(_ parts: [String], type: String = "multipart/form-data; boundary=b") -> [UInt8] {
  let body = Array((parts.joined() + "--b--\r\n").utf8)
  return upload("Content-Type: \(type)\r\nContent-Length: \(body.count)\r\n", body)
}

private func part(_ name: String, _ content: String, _ more: String = "") -> String {
  "--b\r\nContent-Disposition: form-data; name=\"\(name)\"\(more)\r\n\r\n\(content)\r\n"
}

private func random(_ count: Int, seed: UInt64) -> [UInt8] {
  var state = seed | 1
  return (0..<count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return UInt8(truncatingIfNeeded: state >> 33)
  }
}

@Suite(.timeLimit(.minutes(30)))
struct UploadTests {
  @Test(
    "A raw body arrives with its length and digest", arguments: [1, 2, 1000, TestServer.bodyLimit])
  func rawBody(_ count: Int) async throws {
    let body = random(count, seed: 1)
    try await withServer { server in
      let answer = try await server.answer(to: raw(body))
      #expect(answer.status == 200)
      #expect(answer.text == digest(body))
    }
  }

  @Test("A chunked body arrives whatever its chunks are", arguments: [1, 7, 5000, 65_536])
  func chunkedBody(_ chunkSize: Int) async throws {
    let body = random(20_000, seed: 2)
    try await withServer { server in
      let answer = try await server.answer(to: chunked(body, chunkSize: chunkSize))
      #expect(answer.status == 200)
      #expect(answer.text == digest(body))
    }
  }

  @Test("A body one byte beyond the limit is refused, declared or not")
  func beyondLimit() async throws {
    let body = random(TestServer.bodyLimit + 1, seed: 3)
    try await withServer { server in
      for request in [raw(body), chunked(body, chunkSize: 4096)] {
        let answer = try await server.answer(to: request)
        #expect(answer.status == 413)
        #expect(answer.text == "body-too-large")
        #expect(answer.header("Connection")?.lowercased() == "close")
      }
    }
  }

  @Test("A chunked body far beyond the limit is cut and leaves nothing")
  func farBeyondLimit() async throws {
    try await withServer { server in
      let client = try server.client()
      await client.send(chunked([UInt8](repeating: 7, count: 12 << 20), chunkSize: 1 << 20))
      #expect(await client.isClosedByServer())
      let record = try await server.record { $0.routePattern == "/files" }
      #expect(record.status == nil)
      #expect(record.bytesReceived <= TestServer.bodyLimit + (8 << 20) + (128 << 10))
      #expect(server.openSpoolFiles == 0)
    }
  }

  @Test("A client that leaves in the middle of its body leaves nothing")
  func truncatedBody() async throws {
    try await withServer { server in
      var client: RawClient? = try server.client()
      await client?.send(
        upload("Content-Type: application/gzip\r\nContent-Length: 100\r\n", [1, 2]))
      client = nil
      let record = try await server.record { $0.routePattern == "/files" }
      #expect(record.ending == .clientGone)
      #expect(record.status == nil)
      #expect(server.openSpoolFiles == 0)
    }
  }

  @Test("Bytes behind a body are the next request")
  func surplusBody() async throws {
    try await withServer { server in
      let client = try server.client()
      await client.send(raw([1, 2, 3]) + Array("junk\r\n\r\n".utf8))
      #expect(try await client.answer().status == 200)
      await client.send("\r\n\r\n")
      #expect(await client.isClosedByServer())
    }
  }

  @Test("The parts of a form may come in any order")
  func partOrder() async throws {
    let content = "\r\n--b\0" + String(repeating: "volume\r\n", count: 3000)
    let file = part("volume", content, "; filename=\"../../etc/passwd\0\"; filename*=UTF-8''%00")
    try await withServer { server in
      for parts in [[file, part("request", "{}")], [part("request", "{}"), file]] {
        let refused = try await server.answer(to: form(parts))
        #expect(refused.text == "multipart-malformed", "content with a boundary")
      }
      let clean = part(
        "volume", "content", "; filename=\"../../etc/passwd\0\"; filename*=UTF-8''%00")
      let expected = "volume:\(digest(Array("content".utf8)));request={}"
      for parts in [[clean, part("request", "{}")], [part("request", "{}"), clean]] {
        #expect(try await server.answer(to: form(parts)).text == expected)
      }
    }
  }

  @Test("A form arrives in the same way wherever it is split on the wire")
  func splitForm() async throws {
    let request = form([part("volume", "\r\n-\r\n--c"), part("request", "{}")])
    let expected = "volume:\(digest(Array("\r\n-\r\n--c".utf8)));request={}"
    try await withServer { server in
      let client = try server.client()
      for split in stride(from: 1, to: request.count, by: 3) {
        await client.send(Array(request[..<split]))
        await client.send(Array(request[split...]))
        #expect(try await client.answer().text == expected, "split at \(split)")
      }
    }
  }

  static let malformed: [HostileRequest] = [
    .init("B1 no boundary", form([], type: "multipart/form-data"), 400, "multipart-malformed"),
    .init("B1 empty", form([], type: "multipart/form-data; boundary="), 400, "multipart-malformed"),
    .init(
      "B1 quote", form([], type: "multipart/form-data; boundary=\""), 400, "multipart-malformed"),
    .init(
      "B1 long",
      form([], type: "multipart/form-data; boundary=" + String(repeating: "b", count: 71)),
      400, "multipart-malformed"),
    .init(
      "B1 set", form([], type: "multipart/form-data; boundary=\"[b]*\""), 400, "multipart-malformed"
    ),
    .init(
      "B1 two", form([], type: "multipart/form-data; boundary=b; boundary=c"), 400,
      "multipart-malformed"),
    .init(
      "B2 not closed",
      upload(
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 7\r\n",
        Array("--b\r\nCo".utf8)), 400, "multipart-malformed"),
    .init(
      "B2 nested",
      form([
        "--b\r\nContent-Disposition: form-data; name=volume\r\n"
          + "Content-Type: multipart/mixed; boundary=c\r\n\r\n\r\n"
      ]),
      400, "multipart-malformed"),
    .init(
      "B3 header",
      form([part("volume", "", "; filename=\"" + String(repeating: "x", count: 60_000) + "\"")]),
      400, "multipart-malformed"),
    .init(
      "B5 two volumes", form([part("volume", "1"), part("volume", "2")]), 400, "duplicate-field"),
    .init(
      "B5 two requests", form([part("request", "1"), part("request", "2")]), 400,
      "duplicate-field"),
    .init("B5 unknown", form([part("volume", "1"), part("patient", "2")]), 422, "unknown-field"),
    .init("B5 not ASCII", form([part("volume", "1"), part("volumé", "2")]), 422, "unknown-field"),
    .init("B5 no volume", form([part("request", "{}")]), 400, "missing-field"),
    .init("empty volume", form([part("volume", "")]), 400, "empty-body"),
    .init(
      "field too long",
      form([
        part("volume", "1"),
        part("request", String(repeating: "x", count: TestServer.fieldLimit + 1)),
      ]),
      413, "body-too-large"),
  ]

  @Test("A malformed form gets its answer and leaves nothing", arguments: malformed)
  func malformedForm(_ row: HostileRequest) async throws {
    try await withServer { server in
      let answer = try await server.answer(to: row.bytes)
      #expect(answer.status == row.status)
      if let code = row.code { #expect(answer.text == code) }
      #expect(server.openSpoolFiles == 0)
    }
  }

  @Test("17 parts are too many, whatever they are called", arguments: ["volume", "unknown"])
  func tooManyParts(_ name: String) async throws {
    try await withServer { server in
      let many = try await server.answer(to: form((0..<17).map { _ in part(name, "") }))
      #expect(many.status == 413)
      #expect(many.text == "too-many-parts")
      let fewer = try await server.answer(to: form((0..<16).map { _ in part(name, "") }))
      #expect(fewer.text == (name == "volume" ? "duplicate-field" : "unknown-field"))
    }
  }

  @Test("A field as long as allowed passes")
  func fieldLimit() async throws {
    let field = String(repeating: "x", count: TestServer.fieldLimit)
    try await withServer { server in
      let answer = try await server.answer(to: form([part("volume", "1"), part("request", field)]))
      #expect(answer.text.hasSuffix(";request=\(field)"))
    }
  }

  @Test("50 uploads at once keep their digests")
  func concurrentUploads() async throws {
    try await withServer { server in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<50 {
          group.addTask {
            let body = random(20_000 + number * 800, seed: UInt64(number) &* 77 &+ 5)
            let client = try server.client()
            for round in 0..<3 {
              let request = round == 1 ? chunked(body, chunkSize: 1000 + number) : raw(body)
              await client.send(request)
              let answer = try await client.answer()
              #expect(answer.text == digest(body), "upload \(number), round \(round)")
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(server.openSpoolFiles == 0)
    }
  }
}
