import CMicrohttpd
import CheckedNumbers
import Dispatch
import Synchronization

/// An HTTP/1.1 server based on libmicrohttpd.
///
/// The server runs from `init` until ``drain(grace:)`` has returned, even if nothing references it. Its threads only
/// copy, hash and write bytes. Handlers run as tasks while their connections are suspended.
public final class Server: Sendable {
  /// The port that the server listens on.
  public let port: UInt16

  private let core: ServerCore
  private let daemon: Daemon
  private let sweeper: Sweeper
  private let stopping = Mutex<Task<Void, Never>?>(nil)

  /// When the server stops, unfinished responses get this much time after the grace period.
  private static let sendAllowance = Duration.seconds(5)
  /// While the server stops, it checks at this interval whether libmicrohttpd may be stopped.
  private static let retryInterval = Duration.milliseconds(100)

  /// Starts the server.
  ///
  /// - Parameters:
  ///   - configuration: Address and limits.
  ///   - routes: The routes to serve.
  ///   - keys: The accepted keys. Without keys, every client is accepted.
  ///   - errorResponse: Makes the response to an error. It runs on the server's threads and must not block.
  ///   - onRequestFinished: Called after each request. It runs on the server's threads and must not block.
  /// - Throws: ``ServerError``.
  public init(
    configuration: ServerConfiguration, routes: [Route], keys: KeyRing = KeyRing(),
    errorResponse: @escaping @Sendable (HTTPError, RequestContext) -> Response,
    onRequestFinished: @escaping @Sendable (RequestRecord) -> Void = { _ in }
  ) throws(ServerError) {
    try SpoolDirectory.check(configuration.spool.directory)
    // A libmicrohttpd without TLS support would fail to start and give no reason.
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

  /// Number of current requests.
  public var activeRequestCount: Int { core.ledger.exchangeCount }

  /// Stops the server gracefully. It refuses new work with ``HTTPError/draining``, but serves probes and finishes
  /// current work. After `grace`, it cancels and refuses the remaining work.
  ///
  /// Returns when all connections are closed. A second call waits for the first one, and its `grace` has no effect.
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

  /// Listens until the end, so that probes are served. Stops libmicrohttpd when no request is suspended any more.
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

/// A running libmicrohttpd daemon.
///
/// `@unchecked Sendable`: the pointer is used only once, when ``stop()`` passes it to `MHD_stop_daemon`.
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
      // Without TLS, the cause is unknown. With TLS, a wrong certificate or key is the likely cause.
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

  /// Stops the threads and closes all connections. Uses a separate thread, because it must block until the threads
  /// have ended. Call this once, and only when no connection is suspended.
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

/// Runs the sweep of the connections at regular intervals.
///
/// `@unchecked Sendable`: the timer is started in `init` and is then only cancelled, which is thread-safe.
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
