import CMicrohttpd
import CheckedNumbers
import Files
import Glibc

/// Sends a request to a service for a health check. Uses a new connection and no proxy.
public struct ProbeClient: Sendable {
  /// The service's host name or address. An IPv6 address has no brackets.
  public let host: String
  /// The service's port.
  public let port: UInt16
  /// The certificates to accept; nil for a connection without TLS.
  public let trust: Trust?
  /// Time limit of each socket operation, in seconds.
  public let timeout: Int

  /// The certificates that the client accepts.
  public struct Trust: Sendable {
    /// Path of a PEM file with the certificate or its issuer; nil to accept the issuers that the system trusts.
    public let certificates: String?
    /// True if the certificate must be issued for ``ProbeClient/host``.
    public let isForHost: Bool

    /// Makes a rule for accepting certificates.
    public init(certificates: String?, isForHost: Bool) {
      self.certificates = certificates
      self.isForHost = isForHost
    }
  }

  /// Why the client got no response.
  public struct Failure: Error, Sendable, Equatable {
    /// The message of the system or the TLS library, worded as the end of a sentence.
    public let reason: String
  }

  private static let responseLimit = 64 << 10

  /// Makes a client for a service.
  public init(host: String, port: UInt16, trust: Trust?, timeout: Int) {
    self.host = host
    self.port = port
    self.trust = trust
    self.timeout = timeout
  }

  /// Sends a GET request, and returns the status and the body of the response.
  ///
  /// - Throws: ``Failure``.
  public func get(_ path: String) throws(Failure) -> (status: Int, body: [UInt8]) {
    let socket = try connected()
    defer { close(socket) }
    let name = host.contains(":") ? "[\(host)]" : host
    let request = Array(
      "GET \(path) HTTP/1.1\r\nHost: \(name):\(port)\r\nConnection: close\r\n\r\n".utf8)
    return try Self.parts(
      of: trust == nil ? plainly(socket, request) : byTLS(socket, request))
  }

  private func connected() throws(Failure) -> Int32 {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, "\(port)", &hints, &list)
    guard code == 0 else { throw Failure(reason: String(cString: gai_strerror(code))) }
    defer { freeaddrinfo(list) }
    var last = ECONNREFUSED
    var next = list
    while let address = next?.pointee {
      let kind = address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue)
      let descriptor = socket(address.ai_family, kind, address.ai_protocol)
      if descriptor >= 0 {
        var patience = timeval(tv_sec: timeout, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, size)
        if connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 { return descriptor }
      }
      last = errno
      if descriptor >= 0 { close(descriptor) }
      next = address.ai_next
    }
    throw Self.failure(last)
  }

  private func plainly(_ socket: Int32, _ request: [UInt8]) throws(Failure) -> [UInt8] {
    guard send(socket, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
      throw Self.failure(errno)
    }
    do throws(FileError) {
      return try OpenFile(borrowing: socket).bytes(count: Self.responseLimit)
    } catch {
      throw Self.failure(error.errno)
    }
  }

  private func byTLS(_ socket: Int32, _ request: [UInt8]) throws(Failure) -> [UInt8] {
    var response = [UInt8](repeating: 0, count: Self.responseLimit)
    var reason: UnsafePointer<CChar>?
    let name = trust?.isForHost == true ? host : nil
    let count = brgsa_tls_ask(
      socket, trust?.certificates, name, request, request.count, &response, response.count, &reason)
    guard count >= 0 else {
      throw Failure(reason: reason.map { String(cString: $0) } ?? "TLS failed")
    }
    return Array(response.prefix(Int(count)))
  }

  /// Splits a complete response into status and body.
  private static func parts(of response: [UInt8]) throws(Failure) -> (status: Int, body: [UInt8]) {
    let line = response.prefix { $0 != ASCII.carriageReturn }
    let words = String(decoding: line, as: UTF8.self).split(separator: " ")
    guard words.count >= 2, words[0].hasPrefix("HTTP/1."),
      let status = Int(digits: words[1], in: 100...599)
    else {
      throw Failure(reason: "the response is not HTTP")
    }
    let blank: [UInt8] = [13, 10, 13, 10]
    let end = response.indices.first { response[$0...].starts(with: blank) }
    return (status, end.map { Array(response[($0 + blank.count)...]) } ?? [])
  }

  private static func failure(_ code: Int32) -> Failure {
    // A socket reports a timeout as `EAGAIN`.
    Failure(reason: code == EAGAIN ? "no response in time" : FileError.words(for: code))
  }
}
