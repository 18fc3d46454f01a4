import Foundation
import Synchronization

/// A server on a free port of this machine that answers every connection with the same bytes.
public final class TinyServer: Sendable {
  /// Where it listens.
  public let port: UInt16
  /// One value for each request that was read.
  public let arrivals: AsyncStream<Void>
  private let arrival: AsyncStream<Void>.Continuation
  private let listener: Int32
  private let state = Mutex((requests: [String](), connections: [Int32]()))

  /// The requests so far, each with head and body.
  public var requests: [String] { state.withLock { $0.requests } }

  /// - Parameter answer: The bytes of the answer; nil for a server that listens and says nothing.
  public init(answer: String?) throws {
    (arrivals, arrival) = AsyncStream.makeStream()
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) == 0 && listen(listener, 8) == 0
          && getsockname(listener, address, &length) == 0
      }
    }
    guard isListening else { throw POSIXError(.EADDRNOTAVAIL) }
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { [self] in serve(answer) }
  }

  /// An HTTP answer with this status and body.
  public static func answer(_ status: Int, _ body: String, _ fields: String = "") -> String {
    "HTTP/1.1 \(status) Some\r\nContent-Length: \(body.utf8.count)\r\n\(fields)Connection: close\r\n\r\n\(body)"
  }

  /// Ends the serving. The sockets are closed by the serving thread alone: it would else take the next
  /// server's connections once their numbers are used again.
  public func close() {
    state.withLock { for connection in $0.connections { shutdown(connection, Int32(SHUT_RDWR)) } }
    shutdown(listener, Int32(SHUT_RDWR))
  }

  private func serve(_ answer: String?) {
    while true {
      let connection = accept(listener, nil, nil)
      guard connection >= 0 else { break }
      state.withLock { $0.connections.append(connection) }
      let request = read(connection)
      state.withLock { $0.requests.append(request) }
      arrival.yield()
      guard let answer else { continue }
      var rest = Array(answer.utf8)[...]
      while !rest.isEmpty {
        let sent = rest.withUnsafeBytes {
          send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard sent > 0 else { break }
        rest = rest.dropFirst(sent)
      }
      shutdown(connection, Int32(SHUT_RDWR))
    }
    _ = Foundation.close(listener)
    state.withLock { state in
      for connection in state.connections { _ = Foundation.close(connection) }
      state.connections = []
    }
  }

  /// Head and body of one request.
  private func read(_ connection: Int32) -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let text = String(decoding: bytes, as: UTF8.self)
      if let head = text.range(of: "\r\n\r\n") {
        let field = text[..<head.lowerBound].lowercased().components(
          separatedBy: "content-length: "
        ).last
        let length = Int(field?.prefix { $0.isNumber } ?? "") ?? 0
        if text[head.upperBound...].utf8.count >= length { return text }
      }
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return text }
      bytes += buffer[..<count]
    }
  }
}
