/// Who the server is to clients that connect by TLS.
public struct TLSIdentity: Sendable {
  /// The certificate and those that lead to a root, PEM, the server's own first.
  public let certificates: [UInt8]
  /// The private key of the first certificate, PEM.
  public let key: [UInt8]

  /// Takes the texts; whether they fit is known when a server starts.
  public init(certificates: [UInt8], key: [UInt8]) {
    self.certificates = certificates
    self.key = key
  }

  /// GnuTLS's words for what is spoken: 1.2 and 1.3, since the versions before are withdrawn, in the server's order.
  ///
  /// Every session has keys of its own (no `RSA`: who gets the server's key later could read all that was recorded) by
  /// elliptic curves (Diffie-Hellman with large primes would let a client's few bytes hold up a thread that all share), and
  /// ciphers that authenticate what they encipher.
  ///
  /// - Source: RFC 8996; RFC 9325, sections 4.1 and 4.2.
  static let priorities = """
    NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-DHE-RSA:-GROUP-DH-ALL:-MAC-ALL:+AEAD:\
    %SERVER_PRECEDENCE
    """
}
