import CMicrohttpd
import Glibc

/// What the callbacks of libmicrohttpd work with.
final class ServerCore: Sendable {
  let gate: Gate
  let spoolDirectory: String
  let idleSeconds: UInt32
  let uploadIdleSeconds: UInt32
  let connections: Connections
  let ledger = WorkLedger()
  let heldBytes = HeldBytes(limit: ServerConfiguration.heldByteLimit)
  let renderError: @Sendable (HTTPError, RequestContext) -> Response
  let onRequestFinished: @Sendable (RequestRecord) -> Void

  init(
    _ configuration: ServerConfiguration, routes: [Route], keys: KeyRing,
    renderError: @escaping @Sendable (HTTPError, RequestContext) -> Response,
    onRequestFinished: @escaping @Sendable (RequestRecord) -> Void
  ) {
    gate = Gate(
      routes: RouteTable(routes), hosts: HostPolicy(allowedHosts: configuration.allowedHosts),
      keys: keys,
      uriByteLimit: configuration.uriByteLimit)
    spoolDirectory = configuration.spoolDirectory
    idleSeconds = Self.seconds(configuration.deadlines.idle)
    uploadIdleSeconds = Self.seconds(configuration.deadlines.uploadIdle)
    connections = Connections(
      limit: configuration.connectionLimit, deadlines: configuration.deadlines,
      sweepInterval: configuration.sweepInterval,
      areEncrypted: configuration.tls != nil)
    self.renderError = renderError
    self.onRequestFinished = onRequestFinished
  }

  /// Whole seconds, at least one: zero would mean for ever.
  private static func seconds(_ duration: Duration) -> UInt32 {
    UInt32(clamping: max(duration.components.seconds, 1))
  }
}
