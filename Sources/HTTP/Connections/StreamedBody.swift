import CMicrohttpd
import Synchronization

/// The buffer of a streamed body. A task fills the buffer, and the connection's thread empties it.
/// While the buffer is empty, the connection is suspended.
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

  /// Number of bytes passed to libmicrohttpd.
  var byteCount: Int { state.withLock(\.byteCount) }

  /// Adds bytes. Ends the stream if the client has left too many bytes unread.
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

  /// Copies available bytes for libmicrohttpd. If none are available, suspends the connection until more arrive.
  ///
  /// - Returns: The number of bytes, or libmicrohttpd's end mark.
  func take(into buffer: UnsafeMutableRawBufferPointer, _ connection: SuspendedConnection) -> Int {
    state.withLock { state in
      guard state.pending.isEmpty else {
        let count = min(state.pending.count, buffer.count)
        buffer.copyBytes(from: state.pending[..<count])
        state.pending.removeFirst(count)
        state.byteCount += count
        return count
      }
      // A stopping server ends streams, so that the stop does not wait for a job. The check and the
      // suspension must be one step, because the stop only ends streams that are suspended.
      guard !state.isEnded, ledger.beginSuspension(of: exchange, until: .serving) else {
        return Self.endMark
      }
      MHD_suspend_connection(connection.pointer)
      state.connection = connection
      return 0
    }
  }

  /// Makes libmicrohttpd's response. The response retains this object.
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
  /// Maximum number of bytes that wait for one client.
  private static let pendingByteLimit = 256 << 10
  /// The value of `MHD_CONTENT_READER_END_OF_STREAM`. Swift does not import this macro, because it contains a cast.
  private static let endMark = -1
}

/// The context of the callback by which libmicrohttpd requests more of a body.
private final class StreamContext: Sendable {
  let body: StreamedBody
  let connection: SuspendedConnection

  init(_ body: StreamedBody, _ pointer: OpaquePointer) {
    self.body = body
    connection = SuspendedConnection(pointer: pointer)
  }
}

/// A suspended connection. Exactly one thread resumes it.
///
/// `@unchecked Sendable`: a mutex passes the pointer to exactly one thread, and this thread only
/// resumes the connection.
struct SuspendedConnection: @unchecked Sendable {
  let pointer: OpaquePointer
}
