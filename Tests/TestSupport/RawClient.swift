internal import Dispatch
internal import Glibc

/// An answer as it came over the wire.
public struct RawAnswer: Sendable {
  /// Statuses of the interim answers before it.
  public var interim: [Int] = []
  /// Status code.
  public var status = 0
  /// Names in lower case.
  public var headers: [(name: String, value: String)] = []
  /// The body.
  public var body: [UInt8] = []

  /// An answer to be filled.
  public init() {}

  /// The body as text.
  public var text: String { String(decoding: body, as: UTF8.self) }

  /// The first header called `name`.
  public func header(_ name: String) -> String? {
    headers.first { $0.name == name.lowercased() }?.value
  }
}

/// A client that sends exactly the bytes it is told to.
///
/// Its blocking calls run on a thread of its own, because the handlers under test need the
/// cooperative ones. `@unchecked Sendable`: `buffer` is only touched on `queue`, which is serial.
public final class RawClient: @unchecked Sendable {
  /// A system call that failed.
  public struct Failure: Error {
    /// What was tried.
    public let what: String
    /// `errno`.
    public let code: Int32

    /// Names a failed call.
    public init(what: String, code: Int32) {
      self.what = what
      self.code = code
    }
  }

  private let queue = DispatchQueue(label: "client")
  private let descriptor: Int32
  private var buffer: [UInt8] = []

  /// No answer takes that long on loopback; it only keeps a broken test from hanging.
  private static let patience = timeval(tv_sec: 300, tv_usec: 0)

  /// Connects to a port of this machine.
  ///
  /// - Parameter host: The last number of the client's own address 127.0.0.x; all are this machine's.
  public init(port: UInt16, from host: UInt8 = 1) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var patience = Self.patience
    let patienceSize = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, patienceSize)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, patienceSize)
    var yes: Int32 = 1
    setsockopt(
      descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
    var own = address
    own.sin_port = 0
    own.sin_addr.s_addr = (UInt32(0x7F00_0000) | UInt32(host)).bigEndian
    _ = withUnsafePointer(to: &own) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    // The object is whole, so that its deinit closes the descriptor; twice would take another's.
    guard result == 0 else { throw Failure(what: "connect", code: errno) }
  }

  deinit { close(descriptor) }

  /// Sends as much as the server takes.
  ///
  /// - Returns: False if the server closed the connection.
  @discardableResult
  public func send(_ bytes: [UInt8]) async -> Bool {
    await onQueue {
      var rest = bytes[...]
      while !rest.isEmpty {
        let sent = rest.withUnsafeBytes {
          Glibc.send(self.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard sent > 0 else { return false }
        rest = rest.dropFirst(sent)
      }
      return true
    }
  }

  /// Sends `text` as UTF-8.
  @discardableResult
  public func send(_ text: String) async -> Bool { await send(Array(text.utf8)) }

  /// Reads one answer; `toHead` if it answers HEAD and so has no body.
  public func answer(toHead: Bool = false) async throws -> RawAnswer {
    try await onQueue { Result { try self.readAnswer(toHead: toHead) } }.get()
  }

  /// Reads the head of an answer only; what follows is read by ``chunk()``.
  public func head() async throws -> RawAnswer {
    try await onQueue {
      Result {
        var answer = RawAnswer()
        try self.readHead(into: &answer)
        return answer
      }
    }.get()
  }

  /// The next chunk of a body that is sent in chunks; empty at its end.
  public func chunk() async throws -> [UInt8] {
    try await onQueue { Result { try self.readChunk() } }.get()
  }

  /// Reads until the server closes the connection; true if it ended properly or by a reset.
  public func isClosedByServer() async -> Bool {
    await onQueue {
      while self.receive() > 0 { self.buffer.removeAll() }
      return errno != EAGAIN
    }
  }

  /// Stops sending, like a client that has said everything.
  public func halfClose() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Makes the coming close a reset.
  public func resetOnClose() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }

  private func onQueue<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      queue.async { continuation.resume(returning: body()) }
    }
  }

  /// Appends what came to the buffer; 0 at the end, negative on failure.
  private func receive() -> Int {
    errno = 0
    return withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 1) { piece in
      let count = recv(descriptor, piece.baseAddress, piece.count, 0)
      if count > 0 { buffer.append(contentsOf: piece[..<count]) }
      return count
    }
  }

  private func readAnswer(toHead: Bool) throws -> RawAnswer {
    var answer = RawAnswer()
    while true {
      try readHead(into: &answer)
      guard (100..<200).contains(answer.status) else { break }
      answer.interim.append(answer.status)
      answer.headers = []
    }
    if toHead || answer.status == 204 { return answer }
    if answer.header("Transfer-Encoding") == "chunked" {
      while true {
        let chunk = try readChunk()
        if chunk.isEmpty { return answer }
        answer.body += chunk
      }
    }
    answer.body = try read(answer.header("Content-Length").flatMap { Int($0) } ?? 0)
    return answer
  }

  /// The next chunk of a chunked body; empty at its end.
  private func readChunk() throws -> [UInt8] {
    var end = buffer.firstIndex(of: 10)
    while end == nil {
      guard receive() > 0 else { throw Failure(what: "chunk", code: errno) }
      end = buffer.firstIndex(of: 10)
    }
    let line = String(decoding: try read((end ?? 0) + 1).dropLast(2), as: UTF8.self)
    guard let length = Int(line, radix: 16) else { throw Failure(what: "chunk length", code: 0) }
    return Array(try read(length + 2).dropLast(2))
  }

  private func read(_ length: Int) throws -> [UInt8] {
    while buffer.count < length {
      guard receive() > 0 else { throw Failure(what: "body", code: errno) }
    }
    defer { buffer.removeFirst(length) }
    return Array(buffer.prefix(length))
  }

  private func readHead(into answer: inout RawAnswer) throws {
    while true {
      let text = String(decoding: buffer, as: UTF8.self).utf8
      if let end = Self.endOfHead(Array(text)) {
        let lines = String(decoding: buffer[..<end], as: UTF8.self).split(separator: "\r\n")
        buffer.removeFirst(end)
        answer.status = lines.first.flatMap { Int($0.split(separator: " ")[1]) } ?? 0
        for line in lines.dropFirst() {
          let parts = line.split(separator: ":", maxSplits: 1)
          let value = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
          answer.headers.append((parts[0].lowercased(), String(value)))
        }
        return
      }
      guard receive() > 0 else { throw Failure(what: "head", code: errno) }
    }
  }

  private static func endOfHead(_ bytes: [UInt8]) -> Int? {
    guard bytes.count >= 4 else { return nil }
    return (4...bytes.count).first { Array(bytes[($0 - 4)..<$0]) == [13, 10, 13, 10] }
  }
}
