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

  /// GnuTLS's words for what is spoken: 1.2 and 1.3, since the versions before are withdrawn (RFC 8996), and the
  /// server's order of ciphers.
  static let priorities = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE"
}
