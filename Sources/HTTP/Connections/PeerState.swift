import CMicrohttpd
import Glibc

/// The state of the client's side of a connection.
enum PeerState: Sendable {
  case present
  /// The client has closed its sending side, and the server has read everything from the socket. The client has
  /// probably left, but it may still wait for a response.
  case finished
  /// The client reset the connection, or both directions are closed.
  case gone

  /// Returns the state of each connection. Calls `poll` once for all sockets.
  ///
  /// - Parameter areEncrypted: True for TLS. A TLS client that leaves sends closing bytes. These bytes stay unread
  ///   while a handler runs. With TLS, a closed sending side is therefore enough for `finished`.
  static func all(
    of connections: [Connection], areEncrypted: Bool
  ) -> [(Connection, PeerState)] {
    var polls = connections.map {
      pollfd(fd: $0.descriptor, events: Int16(POLLIN) | hangUp, revents: 0)
    }
    guard !polls.isEmpty, poll(&polls, nfds_t(polls.count), 0) > 0 else {
      return connections.map { ($0, .present) }
    }
    return zip(connections, polls).map { ($0, PeerState($1, isEncrypted: areEncrypted)) }
  }

  /// `POLLRDHUP`: the client has closed its sending side. The Swift module Glibc omits this constant.
  private static let hangUp: Int16 = 0x2000

  private init(_ poll: pollfd, isEncrypted: Bool) {
    if poll.revents & (Int16(POLLERR) | Int16(POLLHUP)) != 0 {
      self = .gone
    } else if poll.revents & Self.hangUp != 0, isEncrypted || Self.isDrained(poll.fd) {
      self = .finished
    } else {
      self = .present
    }
  }

  private static func isDrained(_ descriptor: Int32) -> Bool {
    var byte: UInt8 = 0
    return recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) == 0
  }
}

extension SocketTraffic {
  /// Reads the socket's counters; nil on systems without them.
  init?(of descriptor: Int32) {
    var traffic = brgsa_tcp_traffic()
    guard brgsa_tcp_traffic(descriptor, &traffic) == 0 else { return nil }
    byteCount = traffic.received &+ traffic.acknowledged
    unacknowledged = Int(traffic.unacknowledged)
    readByteCount = traffic.received - min(UInt64(max(traffic.unread, 0)), traffic.received)
  }
}
