/// The server's certificate and private key for TLS.
public struct TLSIdentity: Sendable {
  /// The server's certificate, followed by the certificates of its issuers, in PEM format.
  public let certificates: [UInt8]
  /// The private key of the server's certificate, in PEM format.
  public let key: [UInt8]

  /// Makes an identity. The server checks it when it starts.
  public init(certificates: [UInt8], key: [UInt8]) {
    self.certificates = certificates
    self.key = key
  }

  /// The TLS versions and ciphers, as a GnuTLS priority string. TLS 1.2 and 1.3 are allowed. Earlier versions are
  /// deprecated. The server's order of preference applies.
  ///
  /// Every session negotiates its own key with elliptic curves. With `RSA` key exchange, an attacker who obtains the
  /// server's private key could decrypt recorded sessions. With finite-field Diffie-Hellman, a client could keep a
  /// shared thread busy with a few bytes. All ciphers are authenticated (AEAD).
  ///
  /// - Source: RFC 8996; RFC 9325, sections 4.1 and 4.2.
  static let priorities = """
    NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-DHE-RSA:-GROUP-DH-ALL:-MAC-ALL:+AEAD:\
    %SERVER_PRECEDENCE
    """
}
