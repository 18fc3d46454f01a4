import Files
import Glibc
import TestSupport
import Testing

@testable import HTTP

struct RequestTargetTests {
  @Test(
    "A target is taken apart",
    arguments: [
      ("/", [String](), [(String, String)]()),
      ("/a", ["a"], []), ("/a/", ["a", ""], []), ("/a%20b/c+d", ["a b", "c+d"], []),
      ("/?", [], []), ("/a?b", ["a"], [("b", "")]),
      ("/a?b=c&b=d", ["a"], [("b", "c"), ("b", "d")]),
      ("/a?=b&&c=", ["a"], [("", "b"), ("c", "")]),
      ("/a?b=%2F..%2f%5C//x?y", ["a"], [("b", "/../\\//x?y")]),
      ("/ä?ö=ü", ["ä"], [("ö", "ü")]),
    ])
  func target(_ text: String, _ segments: [String], _ query: [(String, String)]) throws {
    let target = try RequestTarget(Array(text.utf8))
    #expect(target.segments == segments)
    #expect(target.query == query.map { QueryItem(name: $0.0, value: $0.1) })
  }

  @Test(
    "An ambiguous target is refused",
    arguments: [
      "", "a", "*", "ftp://localhost/a", "http:/a", "//", "/a//b", "/.", "/..", "/a/../b", "/%2e",
      "/.%2E/a",
      "/a%2fb", "/a%5cb", "/a\\b", "/a b", "/a#b", "/a%", "/a%2", "/a%0", "/a%gg", "/a%00",
      "/a?%00",
      "/a?b=%", "/%c0%af", "/a?%ff", "/%ed%a0%80", "/a%0Ab", "/a\u{7F}",
    ])
  func ambiguousTarget(_ text: String) {
    #expect(throws: HTTPError.badURI) { try RequestTarget(Array(text.utf8)) }
  }

  @Test("Bytes that are no UTF-8 are refused")
  func invalidText() {
    #expect(throws: HTTPError.badURI) { try RequestTarget([0x2F, 0xFF]) }
  }

  @Test("As many query items as allowed pass, one more is refused")
  func queryItemLimit() throws {
    let limit = RequestTarget.queryItemLimit
    let query = String(repeating: "a&", count: limit)
    #expect(try RequestTarget(Array("/?\(query)".utf8)).query.count == limit)
    #expect(throws: HTTPError.badURI) { try RequestTarget(Array("/?\(query)a".utf8)) }
  }
}

struct HostPolicyTests {
  private let policy = HostPolicy(allowedHosts: ["ct.example.org", "10.0.0.7"])

  @Test(
    "Loopback and configured hosts may be named",
    arguments: [
      "localhost", "LocalHost:8080", "127.0.0.1", "127.9.8.7:1", "[::1]", "[::1]:80",
      "CT.example.org:443", "10.0.0.7",
    ])
  func allowed(_ authority: String) {
    #expect(policy.allows(authority: Array(authority.utf8)))
    #expect(policy.allows(origin: Array("https://\(authority)".utf8), at: nil))
  }

  @Test(
    "Other hosts may not be named",
    arguments: [
      "", "evil.example", "127.0.0.1.evil.example", "127.evil.example", "127.0.0.256", "127.0.0",
      "localhost.evil.example", "localhost:80:80", "localhost:http", "user@localhost",
      "[::1", "[::1]x", "ct.example.org.evil", "localhost/",
      "loc\u{212A}alhost",
    ])
  func refused(_ authority: String) {
    #expect(!policy.allows(authority: Array(authority.utf8)))
    #expect(!policy.allows(origin: Array("https://\(authority)".utf8), at: nil))
  }

  /// Rebinding needs a name, and a page may be served from an address.
  @Test(
    "Addresses may be named as host, not as origin",
    arguments: ["128.0.0.1", "10.0.0.8:80", "[::2]", "[fd00::7]:1"])
  func addresses(_ authority: String) {
    #expect(policy.allows(authority: Array(authority.utf8)))
    #expect(!policy.allows(origin: Array("http://\(authority)".utf8), at: nil))
    #expect(!policy.allows(origin: Array("http://\(authority)".utf8), at: Array("localhost".utf8)))
    #expect(policy.allows(origin: Array("http://\(authority)".utf8), at: Array(authority.utf8)))
  }

  @Test("A wildcard allows the names below one and no other")
  func wildcards() {
    let policy = HostPolicy(allowedHosts: ["*.Svc", "*.ct.example.", "x", "a:8080", ".b"])
    for host in ["brgsa.default.svc:80", "a.CT.example", "a.b.ct.example.", "x", "X.", "x:1"] {
      #expect(policy.allows(authority: Array(host.utf8)), "\(host)")
      #expect(policy.allows(origin: Array("http://\(host)".utf8), at: nil), "\(host)")
    }
    for host in ["svc", "ct.example", "act.example", "svc.evil", "xsvc", "a", "a.b", "b", "y.x"] {
      #expect(!policy.allows(authority: Array(host.utf8)), "\(host)")
    }
    let all = HostPolicy(allowedHosts: ["*"])
    #expect(all.allows(authority: Array("evil.example".utf8)))
    #expect(all.allows(origin: Array("http://evil.example".utf8), at: nil))
    #expect(!all.allows(origin: Array("null".utf8), at: nil))
  }

  @Test(
    "Patterns that could never match are told",
    arguments: [
      ("ct.example", true), ("*.ct.example", true), ("*", true), ("10.0.0.7", true),
      ("[::1]", true), ("ct.example.", true),
      ("", false), ("*ct.example", false), ("*.*.example", false), ("*..example", false),
      (".example", false),
      ("ct.example:80", false), ("http://ct.example", false), ("a b", false), ("*.", false),
      ("ct.*", false),
    ])
  func patterns(_ text: String, _ isOne: Bool) {
    #expect(HostPolicy.isPattern(text) == isOne)
  }

  @Test(
    "An origin needs a scheme", arguments: ["null", "localhost", "//localhost", "://localhost"])
  func origin(_ text: String) {
    #expect(!policy.allows(origin: Array(text.utf8), at: Array("localhost".utf8)))
  }
}

struct ParameterizedValueTests {
  @Test("A value is taken apart")
  func value() throws {
    let text = "Multipart/Form-Data ; BOUNDARY=\"a\\\"b;c\"; x=y;;"
    let value = try #require(ParameterizedValue(Array(text.utf8)))
    #expect(value.essence == "multipart/form-data")
    #expect(value.values("boundary") == [Array("a\"b;c".utf8)])
    #expect(value.values("x") == [Array("y".utf8)])
  }

  @Test(
    "A boundary needs no quotes for what it may hold",
    arguments: [
      "----=_Part_1_23.456", "=_a=b", "a/b:c?d", "(a)'b'",
    ])
  func boundary(_ text: String) throws {
    for rest in ["", "; charset=utf-8", " ; charset=utf-8"] {
      let value = try #require(
        ParameterizedValue(Array("multipart/form-data; boundary=\(text)\(rest)".utf8)))
      #expect(value.values("boundary") == [Array(text.utf8)])
      #expect(value.values("charset").isEmpty == rest.isEmpty)
    }
    // Only a boundary: elsewhere it stays a guess what was meant.
    #expect(ParameterizedValue(Array("form-data; name=a=b".utf8)) == nil)
    #expect(ParameterizedValue(Array("a/b; boundary=a b".utf8)) == nil)
  }

  @Test("Lists are told by their brackets")
  func listNames() {
    for name in ["a", "a[]", "a[0]", "a[17]"] { #expect(ListName.plain(name) == "a") }
    for name in ["a[x]", "a[1", "a]", "a[[]]", "a[-1]"] { #expect(ListName.plain(name) != "a") }
  }

  @Test(
    "A malformed value is none",
    arguments: [
      "", ";", "a b", "a;b", "a; =c", "a; b=\"c", "a; b=c d", "a; b=\"c\"d", "a; b=\"c\\",
    ])
  func malformed(_ text: String) {
    #expect(ParameterizedValue(Array(text.utf8)) == nil)
  }
}

struct RouteTableTests {
  private let table = RouteTable(
    [
      (HTTPMethod.get, "/a"), (.post, "/a"), (.get, "/a/{id}"), (.get, "/a/b"), (.get, "/a/{id}/c"),
    ].map { method, pattern in Route(method, pattern, scope: nil) { _ in Response(status: 200) } })

  @Test(
    "The most literal pattern is found",
    arguments: [
      (["a"], "/a", [String: String]()), (["a", "b"], "/a/b", [:]),
      (["a", "B"], "/a/{id}", ["id": "B"]), (["a", "b", "c"], "/a/{id}/c", ["id": "b"]),
    ])
  func match(_ segments: [String], _ pattern: String, _ parameters: [String: String]) throws {
    let match = try table.route(.head, segments).match
    #expect(match == RouteMatch(pattern: pattern, parameters: parameters))
  }

  @Test(
    "An unknown path is not found", arguments: [[], ["A"], ["a", ""], ["a", "b", "d"], ["b"]])
  func notFound(_ segments: [String]) {
    #expect(throws: HTTPError.notFound) { try table.route(.get, segments) }
  }

  @Test("A path without the method names those it has")
  func notAllowed() {
    #expect(throws: HTTPError.methodNotAllowed(allowed: [.get, .head, .post, .options])) {
      try table.route(.delete, ["a"])
    }
  }
}

struct HTTPErrorTests {
  @Test("Every status is one that the code of a refusal can have")
  func statuses() {
    for reason in HTTPError.MalformedRequest.allCases {
      #expect(HTTPError.malformedRequest(reason).status == 400)
    }
    #expect(HTTPError.unknownField.status == 422)
    #expect(HTTPError.internalFailure.code == "internal")
  }
}

struct ConnectionPaceTests {
  private func pace(_ adjust: (inout ConnectionPace) -> Void) -> ConnectionPace {
    var pace = ConnectionPace(Deadlines(), at: .seconds(100))
    adjust(&pace)
    return pace
  }

  @Test(
    "A head may take its time and no more",
    arguments: [(Duration.seconds(110), false), (.milliseconds(110_001), true)])
  func head(_ now: Duration, _ isLate: Bool) {
    var pace = pace { _ in }
    #expect(pace.isLate(at: now) == isLate)
  }

  @Test("Between two requests the idle time comes on top")
  func keptAlive() {
    var pace = pace { $0.requestEnded(at: .seconds(200)) }
    #expect(pace.isLate(at: .seconds(225)) == false)
    #expect(pace.isLate(at: .seconds(226)) == true)
  }

  @Test(
    "An upload must reach its rate over a window",
    arguments: [(30 * 16_384, false), (30 * 16_384 - 1, true)])
  func rate(_ byteCount: Int, _ isLate: Bool) {
    var pace = pace {
      $0.bodyBegan(at: .seconds(100))
      $0.received(byteCount)
    }
    #expect(pace.isLate(at: .seconds(129)) == false)
    #expect(pace.isLate(at: .seconds(130)) == isLate)
  }

  @Test("A pause of 20 seconds in an upload is forgiven")
  func pause() {
    var pace = pace {
      $0.bodyBegan(at: .seconds(100))
      $0.received(1 << 20)
    }
    #expect(pace.isLate(at: .seconds(130)) == false)
    #expect(pace.isLate(at: .seconds(150)) == false)
    pace.received(1 << 20)
    #expect(pace.isLate(at: .seconds(160)) == false)
  }

  @Test("A request that its client left unfinished is given up after a second")
  func unfinished() {
    var pace = pace { $0.bodyBegan(at: .seconds(100)) }
    #expect(pace.endWasSeen(at: .seconds(101)) == false)
    pace.received(1)
    #expect(pace.endWasSeen(at: .seconds(102)) == false)
    #expect(pace.endWasSeen(at: .seconds(103)) == true)
    pace.handlingBegan()
    #expect(pace.endWasSeen(at: .seconds(200)) == false)
  }

  @Test("A handler may take for ever")
  func handling() {
    var pace = pace { $0.handlingBegan() }
    #expect(pace.isLate(at: .seconds(1_000_000)) == false)
  }

  @Test("A large answer may take longer than a small one")
  func sending() {
    var small = pace { $0.sendingBegan(10, at: .seconds(100)) }
    var large = pace { $0.sendingBegan(16_384 * 60, at: .seconds(100)) }
    #expect(small.isLate(at: .seconds(131)) == true)
    #expect(large.isLate(at: .seconds(131)) == false)
    #expect(large.isLate(at: .seconds(191)) == true)
  }
}

struct SpoolFileTests {
  private func withSpool(_ body: (String) throws -> Void) throws {
    let directory = try TestServer.makeSpool()
    try body(directory)
    #expect(rmdir(directory) == 0, "something was left in the spool")
  }

  private func content(of file: SpoolFile) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: file.byteCount + 10)
    let count = pread(file.fileDescriptor, &bytes, bytes.count, 0)
    return Array(bytes.prefix(max(count, 0)))
  }

  @Test("A file holds what was written and not what was reserved", arguments: [0, 3, 1 << 20])
  func content(_ reservation: Int) throws {
    try withSpool { directory in
      let file = try SpoolFile(directory: directory, reserving: reservation)
      try [UInt8]([1, 2, 3]).withUnsafeBytes { try file.append($0) }
      try [UInt8]([4]).withUnsafeBytes { try file.append($0) }
      try file.seal()
      #expect(content(of: file) == [1, 2, 3, 4])
      var status = stat()
      #expect(fstat(file.fileDescriptor, &status) == 0)
      #expect(status.st_nlink == 0)
      #expect(status.st_mode & 0o777 == 0o600)
      #expect(status.st_blocks * 512 <= 4096)
      #expect(fcntl(file.fileDescriptor, F_GETFD) & FD_CLOEXEC != 0)
    }
  }

  @Test("Where files cannot be unnamed, the name is gone at once")
  func fallback() throws {
    try withSpool { directory in
      let file = try OpenFile(brieflyNamedIn: directory)
      let status = try file.status()
      #expect(status.nameCount == 0)
      #expect(status.permissions == 0o600)
      #expect(fcntl(file.descriptor, F_GETFD) & FD_CLOEXEC != 0)
    }
  }

  @Test("A disk that is too small says so before anything is written")
  func full() throws {
    try withSpool { directory in
      #expect(throws: SpoolError.full) {
        try SpoolFile(directory: directory, reserving: 1 << 43)
      }
    }
  }

  @Test("A directory that is not only ours is no spool")
  func directory() throws {
    try withSpool { directory in
      #expect(throws: Never.self) { try SpoolDirectory.check(directory) }
      chmod(directory, 0o750)
      #expect(throws: ServerError.spool(.openToOthers(mode: 0o750))) {
        try SpoolDirectory.check(directory)
      }
      chmod(directory, 0o700)
      #expect(throws: ServerError.spool(.unreachable(errno: ENOENT))) {
        try SpoolDirectory.check(directory + "/none")
      }
      #expect(symlink(directory, directory + "/link") == 0)
      #expect(throws: ServerError.spool(.notADirectory)) {
        try SpoolDirectory.check(directory + "/link")
      }
      unlink(directory + "/link")
    }
  }
}
