import Glibc

/// The address of a connection's other end, in the form of IPv6. An IPv4 address is mapped: `::ffff:127.0.0.1`.
struct PeerAddress: Sendable, Equatable {
  /// 16 bytes.
  let bytes: [UInt8]

  private static let mappedStart = [UInt8](repeating: 0, count: 10) + [0xff, 0xff]

  /// Reads the address of a socket's peer; nil if it is neither IPv4 nor IPv6, or if the socket is not connected.
  init?(of descriptor: Int32) {
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let wasTold = withUnsafeMutablePointer(to: &address) { storage in
      storage.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getpeername(descriptor, $0, &length) == 0
      }
    }
    guard wasTold else { return nil }
    let bytes: [UInt8]? = withUnsafeBytes(of: address) { storage in
      switch Int32(address.ss_family) {
      case AF_INET: Self.mapped(storage.load(as: sockaddr_in.self).sin_addr)
      case AF_INET6: withUnsafeBytes(of: storage.load(as: sockaddr_in6.self).sin6_addr, Array.init)
      default: nil
      }
    }
    guard let bytes else { return nil }
    self.bytes = bytes
  }

  /// Reads a numeric address such as `10.0.0.7` or `fe80::1`, without a port or brackets; nil for other text.
  init?(_ text: String) {
    var (four, six) = (in_addr(), in6_addr())
    if inet_pton(AF_INET, text, &four) == 1 {
      bytes = Self.mapped(four)
    } else if inet_pton(AF_INET6, text, &six) == 1 {
      bytes = withUnsafeBytes(of: six, Array.init)
    } else {
      return nil
    }
  }

  /// True for an IPv4 address.
  var isMapped: Bool { bytes.starts(with: Self.mappedStart) }

  /// True for `::1` and 127.0.0.0/8.
  var isLoopback: Bool {
    isMapped ? bytes[12] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1
  }

  private static func mapped(_ address: in_addr) -> [UInt8] {
    mappedStart + withUnsafeBytes(of: address, Array.init)
  }
}
