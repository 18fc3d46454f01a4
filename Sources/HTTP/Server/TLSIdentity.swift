/// The server's certificate and private key, for clients that connect by TLS.
public struct TLSIdentity: Sendable {
  /// The server's certificate followed by its chain to a root, in PEM.
  public let certificates: [UInt8]
  /// The private key of the server's certificate, in PEM.
  public let key: [UInt8]

  /// Makes an identity. The server checks it at start.
  public init(certificates: [UInt8], key: [UInt8]) {
    self.certificates = certificates
    self.key = key
  }

  /// The TLS versions and ciphers, as a GnuTLS priority string. TLS 1.2 and 1.3 are allowed,
  /// because earlier versions are withdrawn. The server's order of preference applies.
  ///
  /// Every session negotiates its own keys by elliptic curves. With plain `RSA`, an owner of the
  /// server's key could decrypt recorded sessions. With Diffie-Hellman over large primes, a client
  /// could block a shared thread with a few bytes. All ciphers authenticate the encrypted data.
  ///
  /// - Source: RFC 8996; RFC 9325, sections 4.1 and 4.2.
  static let priorities = """
    NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-DHE-RSA:-GROUP-DH-ALL:-MAC-ALL:+AEAD:\
    %SERVER_PRECEDENCE
    """
}
