/// A server's address and limits.
public struct ServerConfiguration: Sendable {
  /// Host name or address to listen on.
  public var host: String
  /// Port to listen on; 0 lets the system choose.
  public var port: UInt16
  /// The space for uploads. Its directory must exist, belong to this user, and be inaccessible to others (mode 0700).
  public var spool: SpoolSpace
  /// Hosts that `Host` and `Origin` may name in addition to loopback. An entry is a name or address
  /// without port, `*.example.org` for all names below `example.org`, or `*` for all hosts. Each
  /// entry satisfies ``isHostPattern(_:)``.
  public var allowedHosts: Set<String> = []
  /// Maximum size in bytes of a request target.
  public var uriByteLimit = 16 << 10
  /// Maximum number of open connections that are served. A few further connections get a refusal,
  /// and the others wait in the system's backlog.
  public var connectionLimit = 1000
  /// Maximum number of open connections of one client address; 0 for unlimited. Further connections
  /// are closed at once. All clients of a proxy share the proxy's address.
  public var addressConnectionLimit = 0
  /// The certificate and key; nil for a server without TLS.
  public var tls: TLSIdentity?
  /// Time limits for clients.
  public var deadlines = Deadlines()
  /// Interval at which connections are checked for deadlines and clients that left.
  public var sweepInterval = Duration.seconds(1)

  /// Maximum size in bytes of all unread response bodies together. Bodies of 64 KiB or less do not
  /// count. If no other body is unread, a body of any size is sent.
  public var responseByteLimit = 256 << 20

  /// Makes a configuration with the default limits.
  public init(host: String = "127.0.0.1", port: UInt16 = 8080, spoolDirectory: String) {
    self.host = host
    self.port = port
    spool = SpoolSpace(directory: spoolDirectory)
  }

  /// Whether `text` is a valid entry of ``allowedHosts``.
  public static func isHostPattern(_ text: String) -> Bool { HostPolicy.isPattern(text) }

  /// Maximum size in bytes of a request's header fields, names and values together.
  public static let headerByteLimit = 32 << 10
  /// Maximum size in bytes of all bodies that handlers hold in memory. A parsed body may need several times its size.
  public static let heldByteLimit = 64 << 20
  /// Number of threads that serve the connections. They only copy, hash and write bytes.
  static let threadCount = 2
  /// Bytes of one connection's buffers. A piece of an upload has at most half of this size.
  static let connectionMemoryLimit = 128 << 10
  /// Bytes of one thread's stack.
  static let threadStackSize = 1 << 20
  /// Maximum number of surplus connections that are open at once to get a refusal.
  static let surplusConnections = 64
  /// Maximum number of connections that wait in the system until the server accepts them.
  static let backlog: Int32 = 1024
}

/// Time limits for clients. Time in which the process or its machine is suspended does not count.
public struct Deadlines: Sendable {
  /// Time from the connection, or from the first byte of a later request, to the end of the request's head.
  public var head = Duration.seconds(10)
  /// Time of silence after which a connection is closed, except during an upload. Silence means
  /// that the client sends no byte and reads none.
  public var idle = Duration.seconds(15)
  /// Time of silence during an upload after which the connection is closed.
  public var uploadIdle = Duration.seconds(30)
  /// The window over which an upload must reach an average of ``uploadBytesPerSecond``.
  public var uploadWindow = Duration.seconds(30)
  /// The slowest accepted upload, in bytes per second.
  public var uploadBytesPerSecond = 16 << 10
  /// Time to read a response, in addition to the time that its size needs at ``uploadBytesPerSecond``.
  public var send = Duration.seconds(30)

  /// Makes the default deadlines.
  public init() {}
}

/// Why a server could not start.
public enum ServerError: Error, Sendable, Equatable {
  /// The fault of the spool directory.
  public enum SpoolFault: Sendable, Equatable {
    /// The directory does not exist or is not accessible.
    case unreachable(errno: Int32)
    /// The path is not a directory, or is a link.
    case notADirectory
    /// Another user owns the directory.
    case foreignOwner
    /// Other users may access the directory. `mode` contains its permission bits.
    case openToOthers(mode: UInt32)
    /// The directory is not writable.
    case notWritable(errno: Int32)
  }

  /// The spool directory is unusable.
  case spool(SpoolFault)
  /// The host is unknown. `code` is the result of `getaddrinfo`.
  case hostUnknown(code: Int32)
  /// The address is not available, for example because it is in use.
  case cannotListen(errno: Int32)
  /// This libmicrohttpd was built without TLS.
  case tlsUnsupported
  /// The certificates or the key are not PEM, or the key does not match the certificate.
  case tlsIdentity
  /// libmicrohttpd did not start.
  case cannotStart
}
