import Hashing
import Testing

@testable import HTTP

struct KeyRingTests {
  @Test func aListIsReadLineByLine() throws {
    let (_, key) = AccessKey.random(name: "pacs-1", scopes: [.read, .infer])
    let (_, other) = AccessKey.random(name: "b", scopes: [.admin])
    let text = "# who\n\n\(key.line)\r\n\t\(other.line)\n"
    #expect(try AccessKey.list(text) == [key, other])
    #expect(key.line.hasSuffix(" infer,read"))
  }

  @Test(arguments: [
    ("", AccessKey.Fault.empty), ("# a\n", .empty), ("a\n", .malformed(line: 1)),
    ("\na b read", .malformed(line: 2)), ("a \(digits) read more", .malformed(line: 1)),
    ("a/b \(digits) read", .malformed(line: 1)), ("a \(digits)0 read", .malformed(line: 1)),
    ("a \(digits.dropLast())g read", .malformed(line: 1)),
    ("a \(digits) root", .unknownScope(line: 1)), ("a \(digits) read,", .unknownScope(line: 1)),
    ("a \(digits) read\nb \(digits) read", .repeated(line: 2)),
  ]) func aListWithAFaultIsRefusedAsAWhole(_ text: String, _ fault: AccessKey.Fault) {
    #expect(throws: fault) { try AccessKey.list(text) }
  }

  private static let digits = String(repeating: "0a", count: 32)

  @Test func keysAreLongAndNeverTheSame() {
    let secrets = (0..<100).map { _ in AccessKey.random(name: "a", scopes: [.read]).secret }
    #expect(Set(secrets).count == 100)
    #expect(secrets.allSatisfy { $0.utf8.count == 70 && $0.hasPrefix("brgsa_") })
  }

  @Test func withoutKeysAllMayDoAllButSeeMetricsFromAfar() throws {
    let ring = KeyRing()
    for scope in Scope.allCases {
      #expect(try ring.client(of: Self.head([]), needing: scope) == nil)
    }
    #expect(throws: HTTPError.insufficientScope(.metrics)) {
      try ring.client(of: Self.head([], isLocal: false), needing: .metrics)
    }
    #expect(try ring.client(of: Self.head([], isLocal: false), needing: .admin) == nil)
  }

  @Test func aKeyOpensItsScopesAndNoOther() throws {
    let (secret, key) = AccessKey.random(name: "pacs", scopes: [.read, .infer])
    let ring = KeyRing([key])
    let head = Self.head(["Bearer \(secret)"], isLocal: false)
    #expect(try ring.client(of: head, needing: .read) == "pacs")
    #expect(try ring.client(of: head, needing: .infer) == "pacs")
    for scope in [Scope.write, .admin, .metrics] {
      #expect(throws: HTTPError.insufficientScope(scope)) {
        try ring.client(of: head, needing: scope)
      }
    }
    #expect(try ring.client(of: Self.head(["bearer  \(secret)"]), needing: .read) == "pacs")
    #expect(try ring.client(of: Self.head([]), needing: .metrics) == nil)
    #expect(try ring.client(of: Self.head(["Bearer \(secret)"]), needing: .metrics) == "pacs")
  }

  @Test func whatIsNoKnownKeyIsNone() throws {
    let (secret, key) = AccessKey.random(name: "pacs", scopes: [.read])
    let ring = KeyRing([key])
    for values in [
      [], [""], [secret], ["Bearer"], ["Basic \(secret)"], ["Bearer \(secret)x"],
      ["Bearer \(secret.dropLast())"], ["Bearer \(secret) \(secret)"],
      ["Bearer \(secret)", "Bearer \(secret)"], ["Bearer \(secret.uppercased())"],
      ["Bearer \(key.digest.map { String($0, radix: 16) }.joined())"],
    ] {
      #expect(throws: HTTPError.missingCredentials, "\(values)") {
        try ring.client(of: Self.head(values), needing: .read)
      }
    }
  }

  @Test func noneOfManyOtherKeysIsTaken() {
    let (_, key) = AccessKey.random(name: "pacs", scopes: [.read])
    let ring = KeyRing([key])
    let start = ContinuousClock.now
    for number in 0..<5000 {
      let head = Self.head(["Bearer \(AccessKey.random(name: "other", scopes: []).secret)"])
      #expect(throws: HTTPError.missingCredentials) {
        try ring.client(of: head, needing: .read, at: start + .seconds(number))
      }
    }
  }

  @Test func keysAreReplacedWhileInUse() throws {
    let (secret, key) = AccessKey.random(name: "old", scopes: [.read])
    let (next, other) = AccessKey.random(name: "new", scopes: [.read])
    let ring = KeyRing([key])
    ring.replace(with: [other])
    #expect(throws: HTTPError.missingCredentials) {
      try ring.client(of: Self.head(["Bearer \(secret)"]), needing: .read)
    }
    #expect(try ring.client(of: Self.head(["Bearer \(next)"]), needing: .read) == "new")
  }

  @Test func manyWrongKeysAreHeldUpAndRightOnesAreNot() throws {
    let (secret, key) = AccessKey.random(name: "pacs", scopes: [.read])
    let ring = KeyRing([key])
    let start = ContinuousClock.now
    func attempt(after seconds: Double) -> HTTPError? {
      do throws(HTTPError) {
        _ = try ring.client(
          of: Self.head(["Bearer wrong"]), needing: .read, at: start + .seconds(seconds))
        return nil
      } catch {
        return error
      }
    }
    for _ in 0..<20 { #expect(attempt(after: 0) == .missingCredentials) }
    #expect(attempt(after: 0.5) == .tooManyFailures(retryAfter: 1))
    #expect(try ring.client(of: Self.head(["Bearer \(secret)"]), needing: .read) == "pacs")
    #expect(attempt(after: 1.5) == .missingCredentials)
    #expect(attempt(after: 1.5) == .tooManyFailures(retryAfter: 1))
    // A clock that does not move on changes nothing.
    #expect(attempt(after: 0) == .tooManyFailures(retryAfter: 1))
    for _ in 0..<20 { #expect(attempt(after: 100) == .missingCredentials) }
    #expect(attempt(after: 100) == .tooManyFailures(retryAfter: 1))
  }

  @Test func aClientThatWantsTooMuchIsNamed() {
    let (secret, key) = AccessKey.random(name: "pacs", scopes: [.read])
    var client: String?
    #expect(throws: HTTPError.insufficientScope(.admin)) {
      try KeyRing([key]).admit(Self.head(["Bearer \(secret)"]), needing: .admin, client: &client)
    }
    #expect(client == "pacs")
  }

  private static func head(_ authorization: [String], isLocal: Bool = true) -> RequestHead {
    var headers: Headers = [:]
    for value in authorization { headers.append("authorization", value) }
    return RequestHead(
      id: "12345678", method: .get, path: "/", route: RouteMatch(pattern: "/"), headers: headers,
      isLocal: isLocal)
  }
}

extension KeyRing {
  /// The name of the client's key.
  fileprivate func client(
    of head: RequestHead, needing scope: Scope, at now: ContinuousClock.Instant = .now
  ) throws(HTTPError) -> String? {
    var client: String?
    try admit(head, needing: scope, client: &client, at: now)
    return client
  }
}
