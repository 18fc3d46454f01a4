/// A server's address and limits.
public struct ServerConfiguration: Sendable {
  /// Name or address to listen on.
  public var host: String
  /// Port to listen on; 0 lets the system choose.
  public var port: UInt16
  /// The space for uploads. Its directory exists, and only this user owns and can access it (mode
  /// 0700).
  public var spool: SpoolSpace
  /// Hosts that `Host` and `Origin` may name in addition to loopback: names and addresses without
  /// port, `*.example.org` for all names below `example.org`, `*` for any. Each satisfies
  /// ``isHostPattern(_:)``.
  public var allowedHosts: Set<String> = []
  /// Most bytes of a request target.
  public var uriByteLimit = 16 << 10
  /// Most open connections that are served. Some more get a refusal, and others wait in the
  /// system's backlog.
  public var connectionLimit = 1000
  /// Most open connections of one address; more are closed at once. 0 for unlimited. All clients of
  /// a proxy share its address.
  public var addressConnectionLimit = 0
  /// Nil for a server without TLS.
  public var tls: TLSIdentity?
  /// Time limits for clients.
  public var deadlines = Deadlines()
  /// Interval of the check for deadlines and clients that left.
  public var sweepInterval = Duration.seconds(1)

  /// Most bytes of unread response bodies, all together. Bodies of 64 KiB or less do not count, and
  /// a single body is always sent.
  public var responseByteLimit = 256 << 20

  /// Makes a configuration with the default limits.
  public init(host: String = "127.0.0.1", port: UInt16 = 8080, spoolDirectory: String) {
    self.host = host
    self.port = port
    spool = SpoolSpace(directory: spoolDirectory)
  }

  /// Whether `text` is a valid entry of ``allowedHosts``.
  public static func isHostPattern(_ text: String) -> Bool { HostPolicy.isPattern(text) }

  /// Most bytes of a request's header fields, names and values together.
  public static let headerByteLimit = 32 << 10
  /// Most bytes of all bodies that handlers hold in memory. A parsed body may take several times
  /// its bytes.
  public static let heldByteLimit = 64 << 20
  /// Threads that share the connections; they only copy, hash and write.
  static let threadCount = 2
  /// Bytes of one connection's buffers. Pieces of an upload have up to half of this size.
  static let connectionMemoryLimit = 128 << 10
  /// Bytes of one thread's stack.
  static let threadStackSize = 1 << 20
  /// Surplus connections that are open at once to get a refusal.
  static let surplusConnections = 64
  /// Connections that wait in the system until the server accepts them.
  static let backlog: Int32 = 1024
}

/// Time limits for clients. They count only time in which the process runs, not time in which it or
/// its machine is suspended.
public struct Deadlines: Sendable {
  /// From the connection, or from the first byte of a later request, to the end of the request's
  /// head.
  public var head = Duration.seconds(10)
  /// Silence, except during an upload, after which a connection is closed: no byte was received,
  /// and none was read.
  public var idle = Duration.seconds(15)
  /// Silence during an upload after which the connection is closed.
  public var uploadIdle = Duration.seconds(30)
  /// The window in which an upload must reach ``uploadBytesPerSecond``; shorter pauses are allowed.
  public var uploadWindow = Duration.seconds(30)
  /// Slowest upload.
  public var uploadBytesPerSecond = 16 << 10
  /// Time to read a response, in addition to what its size needs at ``uploadBytesPerSecond``.
  public var send = Duration.seconds(30)

  /// Makes the default deadlines.
  public init() {}
}

/// Why a server could not start.
public enum ServerError: Error, Sendable, Equatable {
  /// The fault of the spool directory.
  public enum SpoolFault: Sendable, Equatable {
    /// It does not exist or is not accessible.
    case unreachable(errno: Int32)
    /// It is not a directory; a link to one does not count.
    case notADirectory
    /// Another user owns it.
    case foreignOwner
    /// Others may enter it; the associated value is its permission bits.
    case openToOthers(mode: UInt32)
    /// It is not writable.
    case notWritable(errno: Int32)
  }

  /// The spool directory is unusable.
  case spool(SpoolFault)
  /// The host is unknown; the code of `getaddrinfo`.
  case hostUnknown(code: Int32)
  /// The address is not available, for example because it is in use.
  case cannotListen(errno: Int32)
  /// This libmicrohttpd was built without TLS.
  case tlsUnsupported
  /// The certificates or the key are not PEM, or do not belong together.
  case tlsIdentity
  /// libmicrohttpd did not start.
  case cannotStart
}
