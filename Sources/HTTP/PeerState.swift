import Glibc

/// What a socket says about the other side.
enum PeerState: Sendable {
  case present
  /// It will send nothing more, and all it sent has been read. Most likely it left; it may still wait for an answer.
  case finished
  /// It reset the connection, or both directions are closed.
  case gone

  /// The states of all `connections`, by one look at all sockets.
  static func all(of connections: [Connection]) -> [(Connection, PeerState)] {
    var polls = connections.map {
      pollfd(fd: $0.descriptor, events: Int16(POLLIN) | hangUp, revents: 0)
    }
    guard !polls.isEmpty, poll(&polls, nfds_t(polls.count), 0) > 0 else {
      return connections.map { ($0, .present) }
    }
    return zip(connections, polls).map { ($0, PeerState($1)) }
  }

  /// POLLRDHUP, which Glibc's module leaves out: the peer has closed its side.
  private static let hangUp: Int16 = 0x2000

  private init(_ poll: pollfd) {
    if poll.revents & (Int16(POLLERR) | Int16(POLLHUP)) != 0 {
      self = .gone
    } else if poll.revents & Self.hangUp != 0, Self.isDrained(poll.fd) {
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
