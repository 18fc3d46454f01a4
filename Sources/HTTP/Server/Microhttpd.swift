import CMicrohttpd
import Glibc

/// The callbacks that libmicrohttpd calls, and the conversion of their arguments.
///
/// Safety: `context` is the daemon's ``ServerCore``, which exists until the daemon has stopped. The context of a
/// socket is a retained ``Connection``, and the context of a request is a retained ``Exchange``. The last callback
/// for a socket or request releases its context.
enum Microhttpd {
  /// Refuses connections while the server is closing. The listening socket stays open: removing it with
  /// `MHD_quiesce_daemon` can race with a polling thread, which then aborts the process (libmicrohttpd 0.9.75).
  static let acceptPolicy: MHD_AcceptPolicyCallback = { context, _, _ in
    guard let context else { return .NO }
    return core(context).ledger.phase < .closing ? .YES : .NO
  }

  static let connectionChanged: MHD_NotifyConnectionCallback = { context, pointer, slot, change in
    guard let context, let pointer, let slot else { return }
    switch change {
    case .CONNECTION_NOTIFY_STARTED:
      let connection = core(context).connections.opened(brgsa_mhd_descriptor(pointer))
      slot.pointee = Unmanaged.passRetained(connection).toOpaque()
    default:
      guard let kept = slot.pointee else { return }
      core(context).connections.closed(Unmanaged<Connection>.fromOpaque(kept).takeRetainedValue())
      slot.pointee = nil
    }
  }

  /// Called with the request target, still encoded.
  static let requestLineRead:
    @convention(c) (
      UnsafeMutableRawPointer?, UnsafePointer<CChar>?, OpaquePointer?
    ) -> UnsafeMutableRawPointer? = { context, uri, pointer in
      guard let context else { return nil }
      let socket = pointer.flatMap(brgsa_mhd_socket_context)
      let connection = socket.map { Unmanaged<Connection>.fromOpaque($0).takeUnretainedValue() }
      let exchange = Exchange(core(context), on: connection, uri: bytes(of: uri))
      dropQuery(of: uri)
      return Unmanaged.passRetained(exchange).toOpaque()
    }

  static let requestAdvanced: MHD_AccessHandlerCallback = {
    _, pointer, _, method, version, upload, uploadSize, slot in
    guard let pointer, let uploadSize, let kept = slot?.pointee else { return .NO }
    let exchange = Unmanaged<Exchange>.fromOpaque(kept).takeUnretainedValue()
    let goesOn: Bool
    if let upload, uploadSize.pointee > 0 {
      goesOn = exchange.receive(UnsafeRawBufferPointer(start: upload, count: uploadSize.pointee))
      uploadSize.pointee = 0
    } else {
      goesOn = exchange.advance(
        pointer, method: String(decoding: bytes(of: method), as: UTF8.self),
        version: String(decoding: bytes(of: version), as: UTF8.self))
    }
    return goesOn ? .YES : .NO
  }

  static let requestCompleted: MHD_RequestCompletedCallback = { _, pointer, slot, code in
    guard let slot, let kept = slot.pointee else { return }
    slot.pointee = nil
    let exchange = Unmanaged<Exchange>.fromOpaque(kept).takeRetainedValue()
    exchange.completed(code, queuedStatus: pointer.map(brgsa_mhd_queued_status) ?? 0)
  }

  /// Called before libmicrohttpd sends its own error response. If an endless chunk head fills the connection's
  /// memory, libmicrohttpd 0.9.75 would report an internal error although the client is at fault. Such a connection
  /// is cut first. Other responses are not affected.
  static let libraryAnswers: @convention(c) (UnsafeMutableRawPointer?, UInt32) -> Void = {
    context, status in
    guard let context, status == 500 else { return }
    core(context).connections.cutFlooded()
  }

  /// All header fields of a request, including duplicates.
  static func headerFields(of pointer: OpaquePointer) -> [RawHead.Field] {
    var fields: [RawHead.Field] = []
    withUnsafeMutablePointer(to: &fields) { list in
      _ = MHD_get_connection_values_n(
        pointer, .HEADER_KIND,
        { list, _, name, nameLength, value, valueLength in
          let fields = list?.assumingMemoryBound(to: [RawHead.Field].self)
          fields?.pointee.append(
            RawHead.Field(
              UnsafeRawBufferPointer(start: name, count: name == nil ? 0 : nameLength),
              UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : valueLength)))
          return .YES
        }, list)
    }
    return fields
  }

  static func ending(
    _ code: MHD_RequestTerminationCode, wasAnsweredByLibrary: Bool, wasSilent: Bool
  ) -> RequestRecord.Ending {
    if wasSilent { return .timedOut }
    return switch code {
    case .REQUEST_TERMINATED_COMPLETED_OK: .completed
    case .REQUEST_TERMINATED_TIMEOUT_REACHED: .timedOut
    case .REQUEST_TERMINATED_DAEMON_SHUTDOWN: .stopped
    default: wasAnsweredByLibrary ? .unreadable : .clientGone
    }
  }

  private static func core(_ context: UnsafeMutableRawPointer) -> ServerCore {
    Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue()
  }

  private static func bytes(of text: UnsafePointer<CChar>?) -> [UInt8] {
    guard let text else { return [] }
    return text.withMemoryRebound(to: UInt8.self, capacity: strlen(text)) {
      Array(UnsafeBufferPointer(start: $0, count: strlen(text)))
    }
  }

  /// Empties the query in libmicrohttpd's own buffer.
  ///
  /// The server parses the query itself. libmicrohttpd would parse it, too, and allocate a record from its memory
  /// pool for each `&`. When the pool is full, version 0.9.75 sends no error response, and the client waits forever.
  private static func dropQuery(of uri: UnsafePointer<CChar>?) {
    guard let uri, let mark = strchr(uri, Int32(UInt8(ascii: "?"))) else { return }
    mark[1] = 0
  }
}
