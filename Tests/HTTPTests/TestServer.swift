import Glibc
import HTTP
import Synchronization
import TestSupport
import Testing

/// A server on a free port with a spool of its own and the routes that the tests use.
final class TestServer: Sendable {
  let server: Server
  let configuration: ServerConfiguration
  let spool: String
  /// Opened by a test to let `GET /wait` answer.
  let release = Signal()
  /// Raised when a handler of `GET /wait` has begun.
  let waiting = Signal()
  /// Raised when a handler of `GET /wait`, or who makes the body of `GET /stream`, was cancelled.
  let cancelled = Signal()
  private let finished: Finished

  static let bodyLimit = 64 << 10
  /// Of a body that goes to the disk.
  static let largeBodyLimit = 64 << 20
  /// The body of `GET /large`: more than the system keeps for a client that does not read.
  static let largeBody = [UInt8](repeating: 7, count: 32 << 20)
  static let fieldLimit = 64

  init(
    keys: KeyRing = KeyRing(), _ adjust: (inout ServerConfiguration) -> Void = { _ in }
  ) throws {
    spool = try Self.makeSpool()
    var configuration = ServerConfiguration(port: 0, spoolDirectory: spool)
    configuration.sweepInterval = .milliseconds(20)
    // Between two lines of a test others may have the processor for many seconds.
    configuration.deadlines.head = .seconds(3600)
    configuration.deadlines.idle = .seconds(3600)
    configuration.deadlines.uploadIdle = .seconds(3600)
    configuration.deadlines.uploadWindow = .seconds(3600)
    configuration.deadlines.send = .seconds(3600)
    adjust(&configuration)
    self.configuration = configuration
    let finished = Finished()
    self.finished = finished
    server = try Server(
      configuration: configuration,
      routes: Self.routes(release: release, waiting: waiting, cancelled: cancelled), keys: keys,
      errorResponse: { error, _ in
        Response(status: error.status, body: Array(error.code.utf8))
      },
      onRequestFinished: { finished.append($0) })
  }

  func client() throws -> RawClient { try RawClient(port: server.port) }

  /// Sends `bytes` on a fresh connection and reads one answer.
  func answer(to bytes: [UInt8], toHead: Bool = false) async throws -> RawAnswer {
    let client = try client()
    await client.send(bytes)
    return try await client.answer(toHead: toHead)
  }

  func answer(to text: String, toHead: Bool = false) async throws -> RawAnswer {
    try await answer(to: Array(text.utf8), toHead: toHead)
  }

  /// The first record, of those that came or will come, that fulfils `condition`.
  func record(where condition: @escaping @Sendable (RequestRecord) -> Bool) async throws
    -> RequestRecord
  {
    try await finished.first(where: condition)
  }

  /// Stops the server and expects that nothing of it is left.
  func stop(grace: Duration = .seconds(5)) async {
    await server.drain(grace: grace)
    #expect(openSpoolFiles == 0, "spool files are still open")
    #expect(rmdir(spool) == 0, "the spool directory is not empty")
  }

  /// Files of the spool that this process has open.
  var openSpoolFiles: Int {
    guard let folder = opendir("/proc/self/fd") else { return -1 }
    defer { closedir(folder) }
    var count = 0
    while let entry = readdir(folder) {
      // In place: a copy would read 256 bytes, but an entry ends with its name.
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      var target = [CChar](repeating: 0, count: 4096)
      let length = readlink("/proc/self/fd/\(name)", &target, target.count)
      guard length > 0 else { continue }
      let path = String(decoding: target[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
      if path.hasPrefix(spool + "/") { count += 1 }
    }
    return count
  }

  static func makeSpool() throws -> String {
    var template = Array("/tmp/brgsa-http-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw RawClient.Failure(what: "mkdtemp", code: errno) }
    return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private static func routes(release: Signal, waiting: Signal, cancelled: Signal) -> [Route] {
    let upload = BodyPolicy.upload(
      UploadPolicy(
        byteLimit: bodyLimit, rawTypes: ["application/octet-stream", "application/gzip"],
        form: FormPolicy(fileFields: ["volume"], memoryFields: ["request": fieldLimit])))
    return [
      Route(.get, "/probe", scope: nil, servesWhileDraining: true) { _ in
        Response(status: 200, body: Array("alive".utf8))
      },
      Route(.get, "/watch", scope: nil, acceptsAnyHost: true) { _ in
        Response(status: 200, body: Array("seen".utf8))
      },
      Route(.get, "/echo/{name}", scope: nil) { request in
        let query = request.head.query.map { "\($0.name)=\($0.value)" }
        let name = request.head.pathParameters["name"] ?? ""
        return Response(status: 200, body: Array(([name] + query).joined(separator: "|").utf8))
      },
      Route(.post, "/files", scope: nil, body: upload) { request in
        Response(status: 200, body: Array(describe(request.body).utf8))
      },
      Route(
        .post, "/full", scope: nil, body: upload,
        admit: { _ in .response(Response(status: 503, headers: ["Retry-After": "1"])) }),
      Route(
        .post, "/volumes", scope: nil,
        body: .upload(
          UploadPolicy(byteLimit: largeBodyLimit, rawTypes: ["application/octet-stream"]))
      ) { request in Response(status: 200, body: Array(describe(request.body).utf8)) },
      Route(.get, "/large", scope: nil) { _ in Response(status: 200, body: largeBody) },
      Route(.get, "/metrics", scope: .metrics) { _ in
        Response(status: 200, body: Array("figures".utf8))
      },
      Route(.get, "/data", scope: .read) { _ in Response(status: 200, body: Array("data".utf8)) },
      Route(.get, "/page", scope: nil) { _ in
        Response(status: 200, headers: ["Content-Security-Policy": "default-src 'self'"])
      },
      Route(.post, "/bare", scope: nil) { _ in Response(status: 200) },
      Route(.get, "/broken", scope: nil) { _ in
        Response(status: 200, headers: ["X-Broken": "a\r\nX-Injected: b"])
      },
      Route(.get, "/wait", scope: nil) { _ in
        waiting.raise()
        await withTaskCancellationHandler {
          await release.waitToTheEnd()
        } onCancel: {
          cancelled.raise()
        }
        return Response(status: 200, body: Array("waited".utf8))
      },
      Route(.get, "/stream", scope: nil) { request in
        Response(
          status: 200, headers: ["Content-Type": "text/plain"],
          stream: ResponseStream(stream(endless: !request.head.query.isEmpty, release, cancelled)))
      },
    ]
  }

  /// “one”, then, once it is released, “two”, and an end unless it is endless.
  private static func stream(
    endless: Bool, _ release: Signal, _ cancelled: Signal
  ) -> AsyncStream<[UInt8]> {
    AsyncStream { continuation in
      continuation.yield(Array("one".utf8))
      let task = Task {
        await release.waitToTheEnd()
        continuation.yield(Array("two".utf8))
        if !endless { continuation.finish() }
      }
      continuation.onTermination = { reason in
        task.cancel()
        if case .cancelled = reason { cancelled.raise() }
      }
    }
  }

  /// What arrived, as text: sizes and digests, never content, but for small fields.
  private static func describe(_ body: Request.Body) -> String {
    switch body {
    case .none: "none"
    case .file(let file): describe(file)
    case .form(let files, let fields):
      (files.sorted { $0.key < $1.key }.map { "\($0.key):\(describe($0.value))" }
        + fields.sorted { $0.key < $1.key }.map {
          "\($0.key)=\(String(decoding: $0.value, as: UTF8.self))"
        }).joined(separator: ";")
    }
  }

  private static func describe(_ file: UploadedFile) -> String {
    "\(file.byteCount):\(hexadecimal(file.sha256))"
  }
}

func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// Something that happens, perhaps several times, and can be awaited by many.
final class Signal: Sendable {
  private struct Waiter {
    let count: Int
    let continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var count = 0
    var waiters: [Int: Waiter] = [:]
    private var lastIdentity = 0

    mutating func append(_ continuation: CheckedContinuation<Void, Never>, for count: Int) -> Int {
      lastIdentity += 1
      waiters[lastIdentity] = Waiter(count: count, continuation: continuation)
      return lastIdentity
    }
  }

  private let state = Mutex(State())

  /// How often it has happened.
  var count: Int { state.withLock(\.count) }

  func raise() {
    let due = state.withLock { state in
      state.count += 1
      let count = state.count
      let due = state.waiters.filter { $0.value.count <= count }
      for identity in due.keys { state.waiters[identity] = nil }
      return due.values.map(\.continuation)
    }
    for continuation in due { continuation.resume() }
  }

  /// Returns when it has happened `count` times, or when the task is cancelled: a test that ran out of its time
  /// fails instead of holding all others.
  func wait(for count: Int = 1) async {
    let identity = Mutex<Int?>(nil)
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isDue = state.withLock { state in
          guard state.count < count, !Task.isCancelled else { return true }
          identity.withLock { $0 = state.append(continuation, for: count) }
          return false
        }
        if isDue { continuation.resume() }
      }
    } onCancel: {
      let waiter = state.withLock { state in
        identity.withLock { $0 }.flatMap { state.waiters.removeValue(forKey: $0) }
      }
      waiter?.continuation.resume()
    }
  }

  /// Returns when it has happened, cancelled or not.
  func waitToTheEnd() async {
    await withCheckedContinuation { continuation in
      let isDue = state.withLock { state in
        guard state.count < 1 else { return true }
        _ = state.append(continuation, for: 1)
        return false
      }
      if isDue { continuation.resume() }
    }
  }
}

/// The records of finished requests.
private final class Finished: Sendable {
  private struct State {
    var records: [RequestRecord] = []
    var changed = Signal()
  }

  private let state = Mutex(State())

  func append(_ record: RequestRecord) {
    let changed = state.withLock { state in
      state.records.append(record)
      defer { state.changed = Signal() }
      return state.changed
    }
    changed.raise()
  }

  func first(where condition: @Sendable (RequestRecord) -> Bool) async throws -> RequestRecord {
    while true {
      let (match, changed) = state.withLock { ($0.records.first(where: condition), $0.changed) }
      if let match { return match }
      await changed.wait()
      try Task.checkCancellation()
    }
  }
}

/// Runs `body` against a fresh server and stops it, whatever happens.
func withServer(
  keys: KeyRing = KeyRing(), _ adjust: (inout ServerConfiguration) -> Void = { _ in },
  _ body: (TestServer) async throws -> Void
) async throws {
  let server = try TestServer(keys: keys, adjust)
  do {
    try await body(server)
  } catch {
    server.release.raise()
    await server.stop()
    throw error
  }
  server.release.raise()
  await server.stop()
}
