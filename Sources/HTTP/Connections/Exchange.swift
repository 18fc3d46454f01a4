import CMicrohttpd
import Synchronization

/// A request and its response, from the request line to the last byte of the response.
///
/// `@unchecked Sendable`: only callbacks of the connection change the variables. These callbacks run on one
/// libmicrohttpd thread, and never while the connection is suspended. Other threads read the variables only while the
/// connection is suspended. The mutex of `handover` protects the state that several threads change.
final class Exchange: @unchecked Sendable {
  private enum Stage {
    /// The head is being read.
    case head
    case receiving(RequestHead, BodyPolicy, Admission.Handler, BodyReceiver?)
    /// The response is already known. The rest of the body is received and discarded.
    case dropping(ServerResponse)
    /// A handler runs and the connection is suspended, or the connection has just been resumed.
    case handling
    case answered
  }

  /// State that the handler's task and the connection share.
  private struct Handover {
    /// The suspended connection; nil while it is not suspended.
    var connection: SuspendedConnection?
    var task: Task<Void, Never>?
    var isCancelled = false
    var response: ServerResponse?
    var streamed: StreamedBody?
  }

  private let core: ServerCore
  private let connection: Connection?
  private let uri: [UInt8]
  private let beginning = ContinuousClock.now
  private let handover = Mutex(Handover())

  private var stage = Stage.head
  private var requestID = RequestID.random()
  private var trace: TraceContext?
  private var method: HTTPMethod?
  private var routePattern: String?
  private var area: String?
  private var prefix = ""
  private var scope: Scope?
  private var client: String?
  private var pathName: String?
  private var subject: String?
  private var headEnd = ContinuousClock.now
  private var bytesReceived = 0
  private var isChunked = false
  private var heldByteCount = 0
  /// Size in bytes of the response body that counts toward the limit of all unread responses.
  private var unreadByteCount = 0
  private var queued: (status: Int, byteCount: Int)?
  /// The body of the response, if it is streamed.
  private var streamed: StreamedBody?

  init(_ core: ServerCore, on connection: Connection?, uri: [UInt8]) {
    self.core = core
    self.connection = connection
    self.uri = uri
    core.ledger.begin()
    connection?.begin(self)
  }
}

// MARK: Events of the connection, on its libmicrohttpd thread

extension Exchange {
  /// Continues after one of three events: the head was read, the body ended, or the connection was resumed.
  ///
  /// - Returns: False if the connection must be closed immediately.
  func advance(_ pointer: OpaquePointer, method: String, version: String) -> Bool {
    switch stage {
    case .head:
      let head = RawHead(
        method: method, uri: uri, isVersion11: version != "HTTP/1.0",
        fields: Microhttpd.headerFields(of: pointer), isLocal: connection?.isLocal ?? false,
        comesFromProxy: connection?.comesFromProxy ?? false)
      return judge(head, pointer)
    case .receiving(let head, let policy, let handler, let receiver):
      return bodyEnded(head, policy, handler, receiver, pointer)
    case .dropping(let response):
      return queue(response, pointer)
    case .handling:
      let response = handover.withLock(\.response)
      return response.map { queue($0, pointer) } ?? true
    case .answered: return true
    }
  }

  /// Receives the next bytes of the body.
  ///
  /// - Returns: False if the connection must be cut.
  func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytesReceived += bytes.count
    let count = bytes.count
    connection?.withPace { $0.received(count) }
    if isChunked { connection?.markRead() }
    switch stage {
    case .receiving(let head, let policy, let handler, var receiver?):
      // Replacing the stage releases its copy of the receiver. The receiver is then changed in place, without a copy.
      stage = .answered
      let goesOn = receiver.receive(bytes)
      stage = .receiving(head, policy, handler, receiver)
      return goesOn
    case .dropping: return bytesReceived <= Gate.drainedByteLimit
    case .head, .receiving, .handling, .answered: return false
    }
  }

  /// Records the end of the request and releases its resources. The request may have ended without a response.
  func completed(_ code: MHD_RequestTerminationCode, queuedStatus: UInt32) {
    stage = .answered
    connection?.end(at: core.connections.uptime)
    core.onRequestFinished(
      RequestRecord(
        requestID: requestID, traceID: trace?.traceID, method: method, routePattern: routePattern,
        scope: scope,
        client: client, subject: subject,
        status: queued?.status ?? (queuedStatus == 0 ? nil : Int(queuedStatus)),
        bytesReceived: bytesReceived, bytesSent: streamed?.byteCount ?? queued?.byteCount ?? 0,
        duration: ContinuousClock.now - beginning,
        ending: Microhttpd.ending(
          code, wasAnsweredByLibrary: queued == nil && queuedStatus != 0,
          wasSilent: connection?.wasSilent ?? false)))
    // Stops the task that may still produce a streamed body.
    cancelHandler()
    streamed = nil
    handover.withLock { $0.streamed = nil }
    core.heldBytes.giveBack(heldByteCount)
    core.responseBytes.giveBack(unreadByteCount)
    unreadByteCount = 0
    core.ledger.end()
  }

  /// The error for all routes except probes while the server is busy; nil if all routes are served.
  private var busy: HTTPError? {
    if core.ledger.phase > .serving { return .draining }
    let isSurplus = connection?.isSurplus ?? false
    return isSurplus ? .tooManyConnections(limit: core.connections.limit) : nil
  }

  private func judge(_ head: RawHead, _ pointer: OpaquePointer) -> Bool {
    headEnd = ContinuousClock.now
    let verdict = core.gate.verdict(on: head, busy: busy)
    (requestID, trace, method) = (verdict.requestID, verdict.trace, verdict.method)
    (routePattern, scope, client) = (verdict.routePattern, verdict.scope, verdict.client)
    (area, prefix) = (verdict.area, verdict.prefix)
    if verdict.framing != .none {
      let uptime = core.connections.uptime
      connection?.withPace { $0.bodyBegan(at: uptime) }
      isChunked = verdict.framing == .chunked
      if isChunked { connection?.markRead() }
    }
    switch verdict.outcome {
    case .refuse(let error):
      return settle(serverResponse(to: error), atOnce: verdict.respondsEarly, pointer)
    case .respond(let response):
      return settle(serverResponse(response), atOnce: verdict.respondsEarly, pointer)
    case .accept(let head, let policy, let plan, let handler):
      // Uses the path parameter whose name is first in alphabetical order: "name" comes before "version".
      pathName = head.pathParameters.min { $0.key < $1.key }?.value
      do throws(HTTPError) {
        let receiver = try BodyReceiver(plan, policy: policy, spool: core.spool)
        stage = .receiving(head, policy, handler, receiver)
        return true
      } catch {
        return settle(serverResponse(to: error), atOnce: verdict.respondsEarly, pointer)
      }
    }
  }

  private func settle(_ response: ServerResponse, atOnce: Bool, _ pointer: OpaquePointer) -> Bool {
    if atOnce { return queue(response, pointer) }
    stage = .dropping(response)
    return true
  }

  private func bodyEnded(
    _ head: RequestHead, _ policy: BodyPolicy, _ handler: @escaping Admission.Handler,
    _ receiver: BodyReceiver?, _ pointer: OpaquePointer
  ) -> Bool {
    let request: Request
    do throws(HTTPError) {
      request = Request(
        head: head, body: try receiver?.finish() ?? .none,
        receiveDuration: ContinuousClock.now - headEnd)
      let count = request.body.heldByteCount(policy)
      guard core.heldBytes.take(count) else { throw .memoryPressure }
      heldByteCount = count
    } catch {
      return queue(serverResponse(to: error), pointer)
    }
    return hand(request, to: handler, pointer)
  }

  private func queue(_ response: ServerResponse, _ pointer: OpaquePointer) -> Bool {
    if case .handling = stage { brgsa_mhd_respond_before_reading(pointer, 0) }
    stage = .answered
    guard holdMemory(for: response) else {
      // Cuts clients that read too slowly, which frees memory.
      core.connections.cutSlowReaders()
      handover.withLock { $0.response = nil }
      return queue(serverResponse(to: .responsesUnread(limit: core.responseByteLimit)), pointer)
    }
    // A response to HEAD has no body, so nothing is streamed.
    streamed = method == .head ? nil : handover.withLock(\.streamed)
    let body = response.response.stream == nil ? nil : streamed
    let isSent = response.queue(on: pointer, streaming: body)
    let sent = isSent ? response : serverResponse(to: .internalFailure)
    guard isSent || sent.queue(on: pointer) else { return false }
    let byteCount = method == .head ? 0 : sent.response.byteCount
    queued = (sent.response.status, byteCount)
    // Only a successful request has a subject. If the request failed, the name in its path may be arbitrary text from
    // the client.
    if (200..<300).contains(sent.response.status) {
      let location = sent.response.headers["Location"]?.split(separator: "/").last
      subject = location.map(String.init) ?? pathName
    }
    let uptime = core.connections.uptime
    // A client that waits for the next part of a stream cannot be late.
    guard streamed == nil else {
      connection?.withPace { $0.streamingBegan() }
      return true
    }
    connection?.withPace { $0.sendingBegan(byteCount, at: uptime) }
    return true
  }
}

// MARK: Memory of responses

extension Exchange {
  /// Counts a large response body toward the limit of unread bytes. Small bodies do not count, because the connection
  /// limit already bounds their memory.
  ///
  /// - Returns: False if the unread responses of other clients leave too little memory.
  private func holdMemory(for response: ServerResponse) -> Bool {
    let byteCount = method == .head ? 0 : response.response.body.count
    guard byteCount > ServerResponse.copiedByteLimit else { return true }
    guard core.responseBytes.take(byteCount) else { return false }
    unreadByteCount += byteCount
    return true
  }
}

// MARK: Handing over to the handler's task and back

extension Exchange {
  /// Suspends the connection and then starts the handler. In the opposite order, the response could be ready before
  /// the connection is suspended.
  private func hand(
    _ request: Request, to handler: @escaping Admission.Handler, _ pointer: OpaquePointer
  ) -> Bool {
    stage = .handling
    connection?.withPace { $0.handlingBegan() }
    let suspending = SuspendedConnection(pointer: pointer)
    let isSuspended = handover.withLock { handover in
      guard core.ledger.beginSuspension(of: self) else { return false }
      brgsa_mhd_respond_before_reading(suspending.pointer, 1)
      MHD_suspend_connection(suspending.pointer)
      handover.connection = suspending
      return true
    }
    guard isSuspended else { return queue(serverResponse(to: .draining), pointer) }
    let task = Task { [trace] in
      let response = await TraceContext.$current.withValue(trace) { await handler(request) }
      await self.deliver(response)
    }
    let isCancelled = handover.withLock { handover in
      if handover.response == nil || handover.streamed != nil { handover.task = task }
      return handover.isCancelled
    }
    if isCancelled { task.cancel() }
    return true
  }

  /// Passes the handler's response to the suspended connection. Then sends the parts of a streamed body.
  private func deliver(_ response: Response) async {
    guard let stream = response.stream, method != .head else {
      return deliver(serverResponse(response))
    }
    let body = StreamedBody(of: self, core.ledger)
    deliver(serverResponse(response), streaming: body)
    for await piece in stream.pieces { body.send(piece) }
    body.end()
    handover.withLock { $0.task = nil }
  }

  /// Passes a response to the suspended connection. If a response was already passed, this one is ignored.
  private func deliver(_ response: ServerResponse, streaming body: StreamedBody? = nil) {
    let suspended: SuspendedConnection? = handover.withLock { handover in
      guard let connection = handover.connection else { return nil }
      handover.response = response
      handover.streamed = body
      handover.connection = nil
      // A task that produces a stream stays referenced, because it may have to be cancelled.
      if body == nil { handover.task = nil }
      return connection
    }
    guard let suspended else { return }
    MHD_resume_connection(suspended.pointer)
    core.ledger.endSuspension(of: self)
  }

  /// Ends a streamed body when the server stops. Only a stream can last indefinitely.
  func endStream() {
    if handover.withLock({ $0.streamed != nil }) { cancelHandler() }
  }

  /// Cancels the handler and responds that the server is stopping.
  func refuseForStop() {
    cancelHandler()
    deliver(serverResponse(to: .draining))
  }

  func cancelHandler() {
    let task = handover.withLock { handover in
      handover.isCancelled = true
      return handover.task
    }
    task?.cancel()
  }

  /// Makes the response to an error. The response closes the connection, because the next bytes may belong to the bad
  /// request.
  private func serverResponse(to error: HTTPError) -> ServerResponse {
    let context = RequestContext(
      requestID: requestID, method: method, routePattern: routePattern, area: area,
      prefix: prefix)
    var response = core.renderError(error, context)
    if let methods = error.allowedMethods {
      response.headers.set("Allow", HTTPMethod.allowValue(methods))
    }
    if error == .missingCredentials { response.headers.set("WWW-Authenticate", "Bearer") }
    if case .insufficientScope(let scope) = error {
      response.headers.set(
        "WWW-Authenticate", "Bearer error=\"insufficient_scope\", scope=\"\(scope.rawValue)\"")
    }
    return ServerResponse(response, requestID: requestID, closesConnection: true)
  }

  private func serverResponse(_ response: Response) -> ServerResponse {
    ServerResponse(
      response, requestID: requestID, closesConnection: busy != nil)
  }
}
