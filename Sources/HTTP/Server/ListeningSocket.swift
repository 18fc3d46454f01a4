import CMicrohttpd
import Glibc

/// A TCP socket that listens for connections.
struct ListeningSocket {
  let descriptor: Int32
  let port: UInt16

  /// Listens on the first usable address of `host`. If `port` is 0, the system chooses the port.
  ///
  /// - Throws: ``ServerError/hostUnknown(code:)`` or ``ServerError/cannotListen(errno:)``.
  init(host: String, port: UInt16, backlog: Int32) throws(ServerError) {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
    var found: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, String(port), &hints, &found)
    guard code == 0 else { throw .hostUnknown(code: code) }
    defer { freeaddrinfo(found) }
    var failure = ServerError.cannotListen(errno: EADDRNOTAVAIL)
    var next = found
    while let address = next?.pointee {
      do throws(ServerError) {
        descriptor = try Self.listen(address, backlog)
        self.port = Self.port(of: descriptor)
        return
      } catch {
        failure = error
      }
      next = address.ai_next
    }
    throw failure
  }

  private static func listen(_ address: addrinfo, _ backlog: Int32) throws(ServerError) -> Int32 {
    let flags = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = socket(address.ai_family, flags, address.ai_protocol)
    guard descriptor >= 0 else { throw .cannotListen(errno: errno) }
    var yes: Int32 = 1
    // Without this option, the server could not restart while the system still remembers the connections of the
    // previous process.
    let size = socklen_t(MemoryLayout<Int32>.size)
    guard
      setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, size) == 0,
      bind(descriptor, address.ai_addr, address.ai_addrlen) == 0,
      Glibc.listen(descriptor, backlog) == 0
    else {
      let code = errno
      close(descriptor)
      throw .cannotListen(errno: code)
    }
    return descriptor
  }

  private static func port(of descriptor: Int32) -> UInt16 {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &length)
      }
    }
    guard result == 0 else { return 0 }
    // The port is at the same offset in IPv4 and IPv6 addresses.
    return withUnsafeBytes(of: storage) {
      UInt16(bigEndian: $0.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
    }
  }
}
