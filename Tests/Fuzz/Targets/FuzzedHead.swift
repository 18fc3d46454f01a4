@testable import HTTP

/// The head of a request: a byte of flags, then lines: method, target, and `name:value` each.
///
/// Laws: the verdict on a head is one; what is accepted has one certain length within the limits
/// and a target that, with every byte escaped, is the same target again.
struct FuzzedHead {
  private let head: RawHead
  private let isDraining: Bool
  private let needsKey: Bool

  init(_ bytes: [UInt8]) {
    let flags = bytes.first ?? 0
    let lines = bytes.dropFirst().split(
      separator: ASCII.lineFeed, omittingEmptySubsequences: false)
    head = RawHead(
      method: String(decoding: lines.first ?? [], as: UTF8.self),
      uri: Array(lines.dropFirst().first ?? []), isVersion11: flags & 1 == 0,
      fields: lines.dropFirst(2).map { line in
        let name = line.prefix { $0 != UInt8(ascii: ":") }
        return RawHead.Field(name, line[name.endIndex...].dropFirst())
      },
      isLocal: flags & 2 == 0, comesFromProxy: flags & 16 != 0)
    isDraining = flags & 4 != 0
    needsKey = flags & 8 != 0
  }

  func check() throws(BrokenLaw) {
    let verdict = gate.verdict(on: head, busy: isDraining ? .draining : nil)
    let again = gate.verdict(on: head, busy: isDraining ? .draining : nil)
    try demand(
      Self.facts(of: verdict) == Self.facts(of: again)
        && verdict.respondsEarly == again.respondsEarly,
      "two verdicts on one head")
    try demand(
      (8...64).contains(verdict.requestID.utf8.count)
        && verdict.requestID.utf8.allSatisfy { ASCII.isTokenByte($0) },
      "request identifier \(verdict.requestID.debugDescription)")
    try checkTarget()
    guard case .accept(let checked, let policy, let plan, _) = verdict.outcome else { return }
    try check(plan, verdict.framing, policy)
    try demand(checked.path.utf8.first == UInt8(ascii: "/"), "path \(checked.path)")
    try demand(
      checked.path.utf8.allSatisfy { !ASCII.isControl($0) && $0 != UInt8(ascii: "\\") },
      "path \(checked.path.debugDescription)")
    try demand(
      checked.prefix.utf8.allSatisfy { ASCII.isTokenByte($0) || $0 == UInt8(ascii: "/") }
        && checked.prefix.utf8.count <= 256 && !checked.prefix.contains("//"),
      "prefix \(checked.prefix.debugDescription)")
    try demand(head.fields.allSatisfy { ASCII.isToken($0.name) }, "a name that is no token")
  }

  /// What two verdicts on one head must agree on; random identifiers may differ.
  private static func facts(of verdict: Gate.Verdict) -> [String] {
    let outcome =
      switch verdict.outcome {
      case .accept(let head, _, let plan, _):
        "\(head.path) \(head.query) \(head.routePattern) \(head.pathParameters.count) \(plan)"
      case .respond(let response): "\(response)"
      case .refuse(let error): "\(error)"
      }
    return [
      outcome, "\(verdict.framing)", "\(String(describing: verdict.method))",
      verdict.routePattern ?? "", verdict.scope?.rawValue ?? "", verdict.client ?? "",
    ]
  }

  private func check(
    _ plan: BodyPlan, _ framing: Framing, _ body: BodyPolicy
  ) throws(BrokenLaw) {
    let codings = head.values("Transfer-Encoding").count
    let lengths = head.values("Content-Length").count
    try demand(codings + lengths <= 1, "two lengths were accepted")
    switch plan {
    case .none:
      try demand(framing == .none, "a body that nobody reads")
    case .raw(_, let limit, let declared), .form(_, let limit, let declared):
      guard case .upload(let policy) = body else {
        throw BrokenLaw(description: "a body for a route without one")
      }
      try demand(limit <= policy.byteLimit, "limit \(limit) beyond the route's")
      try demand(declared.map { (1...limit).contains($0) } ?? true, "declared \(declared ?? 0)")
      try demand(
        framing == declared.map { .length($0) } ?? .chunked, "\(framing), declared \(declared ?? 0)"
      )
    }
  }

  private func checkTarget() throws(BrokenLaw) {
    guard let target = try? RequestTarget(head.uri) else { return }
    for segment in target.segments {
      try demand(
        segment != "." && segment != ".." && !segment.utf8.contains(UInt8(ascii: "/")),
        "segment \(segment)")
    }
    let path = "/" + target.segments.map(Self.escaped).joined(separator: "/")
    let query = target.query.map { "\(Self.escaped($0.name))=\(Self.escaped($0.value))" }
    let uri = path + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
    // Strings are equal in Swift when their normal forms are; escapes tell them apart.
    guard let again = try? RequestTarget(Array(uri.utf8)) else {
      throw BrokenLaw(description: "\(uri) does not parse")
    }
    try demand(again == target, "\(uri) is another target")
  }

  /// Every byte of `text` as a percent escape.
  private static func escaped(_ text: String) -> String {
    text.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private var gate: Gate {
    Gate(
      routes: Self.routes, hosts: HostPolicy(allowedHosts: ["ct.example"]),
      // A ring counts wrong keys, so each head gets a fresh one.
      keys: KeyRing(needsKey ? Self.keys : nil), uriByteLimit: 1024)
  }

  /// One key: its secret is "secret".
  private static let keys = try? AccessKey.list(
    "fuzz 2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b infer,read")

  private static let routes = RouteTable([
    Route(.get, "/healthz", scope: nil, servesWhileDraining: true) { _ in Response(status: 200) },
    Route(.get, "/metrics", scope: .metrics) { _ in Response(status: 200) },
    Route(.get, "/v1/volumes/{id}", scope: .read) { _ in Response(status: 200) },
    Route(.delete, "/v1/volumes/{id}", scope: .write) { _ in Response(status: 204) },
    Route(
      .post, "/v1/diagnoses", scope: .infer,
      body: .upload(
        UploadPolicy(
          byteLimit: 1 << 20, rawTypes: ["application/octet-stream", "application/gzip"],
          rawLimits: ["application/gzip": 1000],
          form: FormPolicy(fileFields: ["volume"], memoryFields: ["prompt": 64])))
    ) { _ in Response(status: 200) },
  ])
}
