import CMicrohttpd
import CheckedNumbers
import Dispatch
import Synchronization

/// An HTTP/1.1 server on libmicrohttpd.
///
/// It serves from `init` until ``drain(grace:)`` has returned, also when nobody keeps a reference.
/// Its threads only copy, hash and write; handlers run as tasks while their connection is
/// suspended.
public final class Server: Sendable {
  /// The port that is listened on.
  public let port: UInt16

  private let core: ServerCore
  private let daemon: Daemon
  private let sweeper: Sweeper
  private let stopping = Mutex<Task<Void, Never>?>(nil)

  /// Time that answers on their way get when the server stops, after the grace.
  private static let sendAllowance = Duration.seconds(5)
  /// Time after which a stop looks again whether it may go on.
  private static let retryInterval = Duration.milliseconds(100)

  /// Starts to serve.
  ///
  /// - Parameters:
  ///   - configuration: Where to listen, and limits.
  ///   - routes: What to serve.
  ///   - keys: Who may ask; by default all.
  ///   - errorResponse: Renders a refusal. It runs on the server's threads and must not block.
  ///   - onRequestFinished: Told about every request that is over. It runs on the server's threads
  ///     and must not block.
  /// - Throws: ``ServerError``.
  public init(
    configuration: ServerConfiguration, routes: [Route], keys: KeyRing = KeyRing(),
    errorResponse: @escaping @Sendable (HTTPError, RequestContext) -> Response,
    onRequestFinished: @escaping @Sendable (RequestRecord) -> Void = { _ in }
  ) throws(ServerError) {
    try SpoolDirectory.check(configuration.spool.directory)
    // Built without it, libmicrohttpd would only not start.
    guard configuration.tls == nil || MHD_is_feature_supported(.FEATURE_TLS) == .YES else {
      throw .tlsUnsupported
    }
    let socket = try ListeningSocket(
      host: configuration.host, port: configuration.port, backlog: ServerConfiguration.backlog)
    port = socket.port
    core = ServerCore(
      configuration, routes: routes, keys: keys, renderError: errorResponse,
      onRequestFinished: onRequestFinished)
    daemon = try Daemon(core, configuration, listeningOn: socket.descriptor)
    sweeper = Sweeper(core.connections, every: configuration.sweepInterval)
  }

  /// Requests under way.
  public var activeRequestCount: Int { core.ledger.exchangeCount }

  /// Stops to serve, gently: new work is refused with ``HTTPError/draining`` while work under way
  /// goes on and probes are answered; after `grace` what still runs is cancelled and refused too.
  ///
  /// Returns when everything is closed. A second call waits for the first one, whose grace counts.
  public func drain(grace: Duration) async {
    core.ledger.enter(.draining)
    for exchange in core.ledger.suspended { exchange.endStream() }
    let task = stopping.withLock { stopping in
      let task = stopping ?? Task { await self.stop(grace: grace) }
      stopping = task
      return task
    }
    await task.value
  }

  /// The socket listens until the end, so that probes are answered; then no request is suspended
  /// any more, and libmicrohttpd can be stopped.
  private func stop(grace: Duration) async {
    let ledger = core.ledger
    await ledger.waitUntilIdle(atMost: grace)
    ledger.enter(.closing)
    core.connections.cutIncomplete()
    for exchange in ledger.suspended { exchange.refuseForStop() }
    await ledger.waitUntilIdle(atMost: Self.sendAllowance)
    core.connections.cutAll()
    while !ledger.isStoppable { await ledger.waitUntilIdle(atMost: Self.retryInterval) }
    sweeper.stop()
    await daemon.stop()
  }
}

/// A running libmicrohttpd.
///
/// `@unchecked Sendable`: the pointer is only handed to `MHD_stop_daemon`, once, by ``stop()``.
private final class Daemon: @unchecked Sendable {
  private let pointer: OpaquePointer
  private let core: Unmanaged<ServerCore>

  init(
    _ core: ServerCore, _ configuration: ServerConfiguration, listeningOn descriptor: Int32
  ) throws(ServerError) {
    let kept = Unmanaged.passRetained(core)
    var settings = brgsa_mhd_settings()
    settings.listen_descriptor = descriptor
    settings.thread_pool_size = UInt32(ServerConfiguration.threadCount)
    settings.connection_limit = UInt32(
      clamping: configuration.connectionLimit + ServerConfiguration.surplusConnections)
    settings.address_limit = UInt32(clamping: configuration.addressConnectionLimit)
    settings.connection_memory_limit = ServerConfiguration.connectionMemoryLimit
    settings.thread_stack_size = ServerConfiguration.threadStackSize
    settings.context = kept.toOpaque()
    settings.accept_policy = Microhttpd.acceptPolicy
    settings.access_handler = Microhttpd.requestAdvanced
    settings.uri_log = Microhttpd.requestLineRead
    settings.notify_connection = Microhttpd.connectionChanged
    settings.notify_completed = Microhttpd.requestCompleted
    settings.library_answers = Microhttpd.libraryAnswers
    guard let pointer = Self.start(settings, configuration.tls) else {
      kept.release()
      // Without TLS nothing is known that could fail here; with it, the identity is what can.
      throw configuration.tls == nil ? .cannotStart : .tlsIdentity
    }
    self.pointer = pointer
    self.core = kept
  }

  private static func start(
    _ settings: brgsa_mhd_settings, _ tls: TLSIdentity?
  ) -> OpaquePointer? {
    var settings = settings
    guard let tls else { return brgsa_mhd_start(&settings) }
    return (tls.certificates + [0]).withUnsafeBytes { certificates in
      (tls.key + [0]).withUnsafeBytes { key in
        TLSIdentity.priorities.withCString { priorities in
          settings.tls_certificates = certificates.baseAddress?.assumingMemoryBound(to: CChar.self)
          settings.tls_key = key.baseAddress?.assumingMemoryBound(to: CChar.self)
          settings.tls_priorities = priorities
          return brgsa_mhd_start(&settings)
        }
      }
    }
  }

  /// Stops the threads and closes every connection. Joining threads blocks, so a thread of its own
  /// does it. To be called once, and only when no connection is suspended.
  func stop() async {
    await withCheckedContinuation { continuation in
      DispatchQueue(label: "brgsa.http.stop").async {
        MHD_stop_daemon(self.pointer)
        self.core.release()
        continuation.resume()
      }
    }
  }
}

/// Looks at the connections at regular intervals.
///
/// `@unchecked Sendable`: the timer is only started in `init` and cancelled, which is thread-safe.
private final class Sweeper: @unchecked Sendable {
  private let timer: any DispatchSourceTimer

  init(_ connections: Connections, every interval: Duration) {
    let queue = DispatchQueue(label: "brgsa.http.sweep")
    timer = DispatchSource.makeTimerSource(queue: queue)
    let repeating = DispatchTimeInterval.milliseconds(
      Int(nearest: interval / .milliseconds(1), clampedTo: 1...60_000))
    timer.schedule(deadline: .now() + repeating, repeating: repeating)
    timer.setEventHandler { connections.sweep() }
    timer.resume()
  }

  func stop() { timer.cancel() }
}
