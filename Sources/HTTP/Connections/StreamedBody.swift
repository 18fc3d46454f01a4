import CMicrohttpd
import Synchronization

/// A streamed body on its way: a task fills it, the connection's thread empties it, and while it is empty the connection
/// is suspended.
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

  /// Bytes that were handed to libmicrohttpd.
  var byteCount: Int { state.withLock(\.byteCount) }

  /// More of the body. A client that takes nothing while much comes has seen the end of its stream.
  func send(_ bytes: [UInt8]) {
    change {
      guard $0.pending.count + bytes.count <= Self.pendingByteLimit else {
        $0.isEnded = true
        return
      }
      if !$0.isEnded { $0.pending += bytes }
    }
  }

  /// That was all.
  func end() {
    change { $0.isEnded = true }
  }

  /// Copies what there is, for libmicrohttpd; where there is nothing, the connection is suspended until there is more.
  ///
  /// - Returns: How many bytes, or libmicrohttpd's mark of the end.
  func take(into buffer: UnsafeMutableRawBufferPointer, _ connection: SuspendedConnection) -> Int {
    state.withLock { state in
      guard state.pending.isEmpty else {
        let count = min(state.pending.count, buffer.count)
        buffer.copyBytes(from: state.pending[..<count])
        state.pending.removeFirst(count)
        state.byteCount += count
        return count
      }
      // A server that stops sends no more, so that nobody waits for a job to end. That is asked in one step with the
      // suspension, because the stop ends those streams that it finds suspended.
      guard !state.isEnded, ledger.beginSuspension(of: exchange, until: .serving) else {
        return Self.endMark
      }
      MHD_suspend_connection(connection.pointer)
      state.connection = connection
      return 0
    }
  }

  /// Makes libmicrohttpd's response; it owns what it needs of this body.
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
  /// Most bytes that wait for a client to take them.
  private static let pendingByteLimit = 256 << 10
  /// `MHD_CONTENT_READER_END_OF_STREAM`, a macro with a cast that Swift does not import.
  private static let endMark = -1
}

/// What libmicrohttpd hands back when it wants more of a body.
private final class StreamContext: Sendable {
  let body: StreamedBody
  let connection: SuspendedConnection

  init(_ body: StreamedBody, _ pointer: OpaquePointer) {
    self.body = body
    connection = SuspendedConnection(pointer: pointer)
  }
}

/// A connection that one thread at a time suspends or resumes.
///
/// `@unchecked Sendable`: a mutex hands it to one thread, once, and that thread only resumes it.
struct SuspendedConnection: @unchecked Sendable {
  let pointer: OpaquePointer
}
