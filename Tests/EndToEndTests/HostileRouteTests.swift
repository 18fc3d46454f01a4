import Foundation
import TestSupport
import Testing

/// Rows A17, A18, A24 and A25 of HostileInputs.md on every route that openapi.yaml describes.
@Suite(.enabled(if: HostileRow.isAskedFor), .timeLimit(.minutes(30))) struct HostileRouteTests {
  /// A path of the contract, with parameters that name nothing.
  private struct Path {
    let target: String
    /// Methods with whether each needs a body.
    var methods: [String: Bool] = [:]

    /// What OPTIONS and a 405 must name.
    var allowed: Set<String> {
      Set(methods.keys).union(["OPTIONS"]).union(methods["GET"] == nil ? [] : ["HEAD"])
    }
  }

  private static func paths() throws -> [Path] {
    let text = try String(contentsOfFile: "\(Fixtures.checkout)/openapi.yaml", encoding: .utf8)
    var paths: [Path] = []
    var method = ""
    for line in text.split(separator: "\n") {
      if line == "components:" { break }
      if line.hasPrefix("  /") {
        paths.append(Path(target: target(line.dropFirst(2).dropLast())))
      } else if ["get", "put", "post", "delete"].contains(where: { line == "    \($0):" }) {
        method = line.trimmingCharacters(in: [" ", ":"]).uppercased()
        paths[paths.count - 1].methods[method] = false
      } else if line == "      requestBody:" {
        paths[paths.count - 1].methods[method] = true
      }
    }
    return paths
  }

  private static func target(_ pattern: Substring) -> String {
    String(pattern).replacing("{id}", with: "sha256-\(String(repeating: "0", count: 64))")
      .replacing(/\{[a-z_]+\}/, with: "nothing")
  }

  private static func allow(_ answer: RawAnswer) -> Set<String> {
    Set((answer.header("Allow") ?? "").split(separator: ", ").map { String($0) })
  }

  @Test func everyPathKnowsItsMethodsAndNoOtherSpelling() async throws {
    let service = try await RunningService()
    let paths = try Self.paths()
    #expect(paths.count > 15)
    for path in paths {
      let options = try await service.answer("OPTIONS", path.target)
      #expect(options.status == 204, "A17 \(path.target)")
      #expect(Self.allow(options) == path.allowed, "A17 \(path.target)")
      let patch = try await service.answer("PATCH", path.target)
      #expect(patch.status == 405 && patch.code == "method-not-allowed", "A17 \(path.target)")
      #expect(Self.allow(patch) == path.allowed, "A17 \(path.target)")
      // The root has no other spelling.
      for other in path.target == "/" ? [] : [path.target + "/", path.target.uppercased()] {
        let answer = try await service.answer("GET", other)
        #expect(answer.status == 404 && answer.code == "not-found", "A17 \(other)")
      }
      try await Self.expectHead(service, path)
    }
  }

  /// HEAD is GET without a body: what follows on the connection is the next answer.
  private static func expectHead(_ service: RunningService, _ path: Path) async throws {
    let next = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
    let client = try await service.sent(
      Array("HEAD \(path.target) HTTP/1.1\r\nHost: localhost\r\n\r\n\(next)".utf8))
    let head = try await client.answer(toHead: true)
    guard path.methods["GET"] != nil else {
      // Another pattern may have a GET for these letters, as /v1/x/{name} has for /v1/x/y.
      #expect([404, 405].contains(head.status), "A17 HEAD \(path.target)")
      return
    }
    let get = try await service.answer("GET", path.target)
    #expect(head.status == get.status, "A17 HEAD \(path.target)")
    if head.status == 200 {
      #expect(try await client.answer().text.contains("alive"), "A17 HEAD \(path.target)")
    }
  }

  @Test func noAcceptIsAnErrorOfTheServer() async throws {
    let service = try await RunningService()
    for path in try Self.paths() where path.methods["GET"] != nil {
      for accept in ["image/png", "", ";;q=x", "*/*;q=0", "a/b/c", "application/json;q=nan"] {
        let answer = try await service.answer("GET", path.target, headers: ["Accept: \(accept)"])
        #expect([200, 404, 406].contains(answer.status), "A18 \(path.target) \(accept)")
      }
    }
  }

  @Test func bodiesThatAreMissingOrOfAnotherTypeAreRefused() async throws {
    let service = try await RunningService()
    var count = 0
    for path in try Self.paths() {
      for (method, needsBody) in path.methods where needsBody {
        count += 1
        let row = "\(method) \(path.target)"
        let head = "\(row) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        for rest in [
          "\r\n", "Content-Length: 0\r\n\r\n", "Content-Type: application/json\r\n\r\n",
          "Content-Type: application/json\r\nContent-Length: 0\r\n\r\n",
          "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ] {
          let answer = try await service.sent(Array((head + rest).utf8)).answer()
          #expect(answer.status == 400 || answer.status == 415, "A24 \(row) \(rest)")
          if answer.status == 400 { #expect(answer.code == "empty-body", "A24 \(row) \(rest)") }
        }
        for type in [
          "text/html", "image/png", "application/x-www-form-urlencoded",
          "application/json; charset=utf-16", nil,
        ] {
          let answer = try await service.answer(
            method, path.target, type: type, body: Array("{}".utf8))
          #expect(answer.status == 415, "A25 \(row) \(type ?? "none")")
          #expect(answer.code == "unsupported-media-type", "A25 \(row) \(type ?? "none")")
        }
      }
    }
    #expect(count >= 7)
    #expect(service.spooled.isEmpty)
  }
}
