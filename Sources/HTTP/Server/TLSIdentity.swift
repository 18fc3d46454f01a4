/// The server's identity for clients that connect by TLS.
public struct TLSIdentity: Sendable {
  /// The certificate and its chain to a root, PEM, the server's own first.
  public let certificates: [UInt8]
  /// The private key of the first certificate, PEM.
  public let key: [UInt8]

  /// Makes an identity; the server checks it at start.
  public init(certificates: [UInt8], key: [UInt8]) {
    self.certificates = certificates
    self.key = key
  }

  /// The TLS versions and ciphers, as a GnuTLS priority string: 1.2 and 1.3, because earlier
  /// versions are withdrawn, in the server's order.
  ///
  /// Every session has its own keys, by elliptic curves. Plain `RSA` would let an owner of the
  /// server's key decrypt recordings. Diffie-Hellman with large primes would let a client block a
  /// shared thread with a few bytes. All ciphers authenticate what they encrypt.
  ///
  /// - Source: RFC 8996; RFC 9325, sections 4.1 and 4.2.
  static let priorities = """
    NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-DHE-RSA:-GROUP-DH-ALL:-MAC-ALL:+AEAD:\
    %SERVER_PRECEDENCE
    """
}
