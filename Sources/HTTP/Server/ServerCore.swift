import CMicrohttpd
import Glibc

/// State that all callbacks of libmicrohttpd share.
final class ServerCore: Sendable {
  let gate: Gate
  let spool: SpoolSpace
  let connections: Connections
  let ledger = WorkLedger()
  let heldBytes = HeldBytes(limit: ServerConfiguration.heldByteLimit)
  let responseByteLimit: Int
  /// Limits the bytes of response bodies that clients have not read yet.
  let responseBytes: HeldBytes
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
    spool = configuration.spool
    responseByteLimit = configuration.responseByteLimit
    responseBytes = HeldBytes(limit: configuration.responseByteLimit)
    let connections = Connections(
      limit: configuration.connectionLimit, deadlines: configuration.deadlines,
      sweepInterval: configuration.sweepInterval,
      areEncrypted: configuration.tls != nil,
      proxies: TrustedProxies(configuration.trustedProxies))
    self.connections = connections
    self.renderError = renderError
    self.onRequestFinished = onRequestFinished
    spool.onShortage { connections.cutSlowUploads() }
  }
}
