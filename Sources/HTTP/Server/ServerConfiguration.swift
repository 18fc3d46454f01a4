/// A server's address and limits.
public struct ServerConfiguration: Sendable {
  /// Host name or address to listen on.
  public var host: String
  /// Port to listen on. If it is 0, the system chooses the port.
  public var port: UInt16
  /// The space for uploads. Its directory must exist, belong to the user of this process, and be inaccessible to
  /// other users (mode 0700).
  public var spool: SpoolSpace
  /// Hosts that `Host` and `Origin` may name in addition to loopback. Each entry must satisfy ``isHostPattern(_:)``.
  /// It is a name or address without port, `*.example.org` for all names below `example.org`, or `*` for all hosts.
  public var allowedHosts: Set<String> = []
  /// Reverse proxies whose `X-Forwarded-Prefix` is used. Each entry must satisfy ``isProxyPattern(_:)``. It is a numeric
  /// address, or a network such as `10.0.0.0/8`.
  public var trustedProxies: [String] = []
  /// Maximum size in bytes of a request target.
  public var uriByteLimit = 16 << 10
  /// Maximum number of open connections that get normal service. A few further connections get an error response. The
  /// others wait in the system's backlog.
  public var connectionLimit = 1000
  /// Maximum number of open connections from one address; 0 for no limit. Further connections are closed immediately.
  /// All clients of a proxy share the proxy's address.
  public var addressConnectionLimit = 0
  /// The certificate and key; nil for a server without TLS.
  public var tls: TLSIdentity?
  /// Time limits for clients.
  public var deadlines = Deadlines()
  /// Interval at which the server checks for late connections and for clients that have left.
  public var sweepInterval = Duration.seconds(1)

  /// Maximum size in bytes of all unread response bodies together. Bodies of 64 KiB or less do not count. A body of
  /// any size is sent if no other body is unread.
  public var responseByteLimit = 256 << 20

  /// Makes a configuration with the default limits.
  public init(host: String = "127.0.0.1", port: UInt16 = 8080, spoolDirectory: String) {
    self.host = host
    self.port = port
    spool = SpoolSpace(directory: spoolDirectory)
  }

  /// True if `text` is a valid entry of ``allowedHosts``.
  public static func isHostPattern(_ text: String) -> Bool { HostPolicy.isPattern(text) }

  /// True if `text` is a valid entry of ``trustedProxies``.
  public static func isProxyPattern(_ text: String) -> Bool { TrustedProxies.isPattern(text) }

  /// Maximum size in bytes of a request's header fields. Names and values both count.
  public static let headerByteLimit = 32 << 10
  /// Maximum size in bytes of all request bodies that handlers hold in memory. A parsed body may use several times
  /// its size.
  public static let heldByteLimit = 64 << 20
  /// Number of threads that serve connections. They only copy, hash and write bytes.
  static let threadCount = 2
  /// Size in bytes of one connection's buffers. An upload arrives in parts of at most half this size.
  static let connectionMemoryLimit = 128 << 10
  /// Stack size in bytes of each thread.
  static let threadStackSize = 1 << 20
  /// Maximum number of connections beyond the limit that are open at once to receive an error response.
  static let surplusConnections = 64
  /// Maximum number of connections that the system holds until the server accepts them.
  static let backlog: Int32 = 1024
}

/// Time limits for clients. While the process or its machine is suspended, the time does not count.
public struct Deadlines: Sendable {
  /// Time for the head of a request. It starts with the connection, or with the first byte of a later request.
  public var head = Duration.seconds(10)
  /// A connection is closed after this time of silence, except during an upload. Silence means that the client sends
  /// and reads no bytes.
  public var idle = Duration.seconds(15)
  /// During an upload, a connection is closed after this time of silence.
  public var uploadIdle = Duration.seconds(30)
  /// The average speed of an upload is measured over a window of this length.
  public var uploadWindow = Duration.seconds(30)
  /// Minimum average speed of an upload, in bytes per second.
  public var uploadBytesPerSecond = 16 << 10
  /// Time to read a response. A large response gets extra time, based on ``uploadBytesPerSecond``.
  public var send = Duration.seconds(30)

  /// Makes the default deadlines.
  public init() {}
}

/// Why a server could not start.
public enum ServerError: Error, Sendable, Equatable {
  /// What is wrong with the spool directory.
  public enum SpoolFault: Sendable, Equatable {
    /// The directory does not exist or is not accessible.
    case unreachable(errno: Int32)
    /// The path is a link, or not a directory.
    case notADirectory
    /// Another user owns the directory.
    case foreignOwner
    /// Other users can access the directory. `mode` contains its permission bits.
    case openToOthers(mode: UInt32)
    /// The directory is not writable.
    case notWritable(errno: Int32)
  }

  /// The spool directory cannot be used.
  case spool(SpoolFault)
  /// The host is unknown. `code` is the result of `getaddrinfo`.
  case hostUnknown(code: Int32)
  /// The server cannot listen on the address, for example because it is in use.
  case cannotListen(errno: Int32)
  /// This libmicrohttpd was built without TLS.
  case tlsUnsupported
  /// The certificates or the key are not in PEM format, or the key does not match the certificate.
  case tlsIdentity
  /// libmicrohttpd did not start.
  case cannotStart
}
