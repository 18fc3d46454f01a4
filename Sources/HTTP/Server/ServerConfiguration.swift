/// Where a server listens and what it puts up with.
public struct ServerConfiguration: Sendable {
  /// Name or address to listen on.
  public var host: String
  /// Port to listen on; 0 lets the system choose.
  public var port: UInt16
  /// Where uploads lie: its directory exists, is ours, and is nobody else's (mode 0700).
  public var spool: SpoolSpace
  /// Hosts that `Host` and `Origin` may name beside loopback: names and addresses without port, `*.example.org` for
  /// all names below `example.org`, `*` for any. Each is one that ``isHostPattern(_:)`` takes.
  public var allowedHosts: Set<String> = []
  /// Most bytes of a request target.
  public var uriByteLimit = 16 << 10
  /// Most open connections that are served. Some more are told that they are too many, and others wait in the
  /// system's backlog.
  public var connectionLimit = 1000
  /// Most open connections of one address, further ones are closed at once; 0 for any number. Behind a proxy all
  /// clients have its address.
  public var addressConnectionLimit = 0
  /// Nil for a server without TLS.
  public var tls: TLSIdentity?
  /// How slow a client may be.
  public var deadlines = Deadlines()
  /// How often deadlines and clients that left are looked for.
  public var sweepInterval = Duration.seconds(1)

  /// Most bytes of response bodies that clients have not taken yet, all together. Bodies of 64 KiB or less do not
  /// count, and one alone is always sent.
  public var responseByteLimit = 256 << 20

  /// Makes a configuration with the default limits.
  public init(host: String = "127.0.0.1", port: UInt16 = 8080, spoolDirectory: String) {
    self.host = host
    self.port = port
    spool = SpoolSpace(directory: spoolDirectory)
  }

  /// Whether `text` can be one of ``allowedHosts``.
  public static func isHostPattern(_ text: String) -> Bool { HostPolicy.isPattern(text) }

  /// Most bytes of a request's header fields, names and values together.
  public static let headerByteLimit = 32 << 10
  /// Most bytes of bodies that handlers hold in memory, all together. A parsed body may take several times its bytes.
  public static let heldByteLimit = 64 << 20
  /// Threads that share the connections; they only copy, hash and write.
  static let threadCount = 2
  /// Bytes of one connection's buffers: pieces of an upload have up to half of it.
  static let connectionMemoryLimit = 128 << 10
  /// Bytes of one thread's stack.
  static let threadStackSize = 1 << 20
  /// Connections too many that are open at once, to be told so.
  static let surplusConnections = 64
  /// Connections that the system keeps for us until we accept them.
  static let backlog: Int32 = 1024
}

/// How slow a client may be, in time that the process runs: while it, or its machine, is stopped no time passes.
public struct Deadlines: Sendable {
  /// From the connection, or from the first byte we know of, to the end of the request's head.
  public var head = Duration.seconds(10)
  /// Silence, except during an upload, after which a connection is closed: no byte came, and none was taken.
  public var idle = Duration.seconds(15)
  /// Silence during an upload after which the connection is closed.
  public var uploadIdle = Duration.seconds(30)
  /// The span over which an upload must reach ``uploadBytesPerSecond``; shorter pauses are
  /// forgiven.
  public var uploadWindow = Duration.seconds(30)
  /// Slowest upload.
  public var uploadBytesPerSecond = 16 << 10
  /// Time to take an answer, beside what its size needs at ``uploadBytesPerSecond``.
  public var send = Duration.seconds(30)

  /// Makes the default deadlines.
  public init() {}
}

/// Why a server could not start.
public enum ServerError: Error, Sendable, Equatable {
  /// What is wrong with the spool directory.
  public enum SpoolFault: Sendable, Equatable {
    /// There is nothing of that name, or it cannot be looked at.
    case unreachable(errno: Int32)
    /// It is not a directory; a link to one does not count.
    case notADirectory
    /// Another user owns it.
    case foreignOwner
    /// Others may enter it; its permission bits.
    case openToOthers(mode: UInt32)
    /// No file could be made in it.
    case notWritable(errno: Int32)
  }

  /// The spool directory cannot be used.
  case spool(SpoolFault)
  /// The host is unknown; the code of `getaddrinfo`.
  case hostUnknown(code: Int32)
  /// The address cannot be listened on, for example because it is in use.
  case cannotListen(errno: Int32)
  /// This libmicrohttpd was built without TLS.
  case tlsUnsupported
  /// The certificates or the key are not PEM, or do not belong together.
  case tlsIdentity
  /// libmicrohttpd did not start.
  case cannotStart
}
