import CMicrohttpd
import Synchronization

/// The buffer of a streamed body. A task fills the buffer, and the connection's thread empties it. The connection is
/// suspended while the buffer is empty.
final class StreamedBody: Sendable {
  private struct State {
    var pending: [UInt8] = []
    var isEnded = false
    var byteCount = 0
    var connection: SuspendedConnection?
  }

  private let exchange: Exchange
  private let ledger: WorkLedger
  private let state = Mutex(State())

  init(of exchange: Exchange, _ ledger: WorkLedger) {
    self.exchange = exchange
    self.ledger = ledger
  }

  /// Number of bytes that were passed to libmicrohttpd.
  var byteCount: Int { state.withLock(\.byteCount) }

  /// Adds bytes to the buffer. Ends the stream if too many bytes are unread.
  func send(_ bytes: [UInt8]) {
    change {
      guard $0.pending.count + bytes.count <= Self.pendingByteLimit else {
        $0.isEnded = true
        return
      }
      if !$0.isEnded { $0.pending += bytes }
    }
  }

  /// Ends the body.
  func end() {
    change { $0.isEnded = true }
  }

  /// Copies buffered bytes for libmicrohttpd. If the buffer is empty, suspends the connection until more bytes
  /// arrive.
  ///
  /// - Returns: The number of copied bytes, or libmicrohttpd's mark for the end of the body.
  func take(into buffer: UnsafeMutableRawBufferPointer, _ connection: SuspendedConnection) -> Int {
    state.withLock { state in
      guard state.pending.isEmpty else {
        let count = min(state.pending.count, buffer.count)
        buffer.copyBytes(from: state.pending[..<count])
        state.pending.removeFirst(count)
        state.byteCount += count
        return count
      }
      // A server that is stopping ends its streams, so that it does not wait for their jobs. The check and the
      // suspension must be one step, because the stop only ends streams of suspended connections.
      guard !state.isEnded, ledger.beginSuspension(of: exchange, until: .serving) else {
        return Self.endMark
      }
      MHD_suspend_connection(connection.pointer)
      state.connection = connection
      return 0
    }
  }

  /// Makes a libmicrohttpd response, which retains this object.
  func response(on connection: OpaquePointer) -> OpaquePointer? {
    let context = Unmanaged.passRetained(StreamContext(self, connection))
    let created = MHD_create_response_from_callback(
      UInt64.max, Self.blockBytes,
      { context, _, buffer, size in
        guard let context, let buffer else { return StreamedBody.endMark }
        let stream = Unmanaged<StreamContext>.fromOpaque(context).takeUnretainedValue()
        return stream.body.take(
          into: UnsafeMutableRawBufferPointer(start: buffer, count: size), stream.connection)
      }, context.toOpaque(),
      { context in
        guard let context else { return }
        Unmanaged<StreamContext>.fromOpaque(context).release()
      })
    if created == nil { context.release() }
    return created
  }

  private func change(_ body: (inout State) -> Void) {
    let suspended = state.withLock { state in
      body(&state)
      defer { state.connection = nil }
      return state.connection
    }
    guard let suspended else { return }
    MHD_resume_connection(suspended.pointer)
    ledger.endSuspension(of: exchange)
  }

  private static let blockBytes = 4096
  /// Maximum number of bytes that may wait for one client.
  private static let pendingByteLimit = 256 << 10
  /// The value of `MHD_CONTENT_READER_END_OF_STREAM`. Swift cannot import this macro, because it contains a cast.
  private static let endMark = -1
}

/// The context of the callback in which libmicrohttpd requests more bytes of a body.
private final class StreamContext: Sendable {
  let body: StreamedBody
  let connection: SuspendedConnection

  init(_ body: StreamedBody, _ pointer: OpaquePointer) {
    self.body = body
    connection = SuspendedConnection(pointer: pointer)
  }
}

/// A suspended connection.
///
/// `@unchecked Sendable`: a mutex gives the pointer to exactly one thread, and that thread only resumes the
/// connection.
struct SuspendedConnection: @unchecked Sendable {
  let pointer: OpaquePointer
}
