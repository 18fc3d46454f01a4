import ArgumentParser
import CommandLineSupport
import Files
import Glibc
import HTTP

extension CommandFailure {
  /// Makes the failure for a server that could not start.
  init(_ error: ServerError, _ settings: Settings) {
    self.init(Self.message(error, settings), Self.exitCode(for: error))
  }

  private static func message(_ error: ServerError, _ settings: Settings) -> String {
    switch error {
    case .spool(let fault): "spool \(settings.spool): \(message(fault))"
    case .hostUnknown(let code):
      "host \(URLSecrets.hidden(in: settings.host)): \(String(cString: gai_strerror(code)))"
    case .cannotListen(let code):
      "cannot listen on \(URLSecrets.hidden(in: settings.host)) port \(settings.port): \(FileError.words(for: code))"
    case .tlsUnsupported:
      "configuration: tls-cert: this libmicrohttpd was built without TLS; use Debian's, or a proxy with TLS"
    case .tlsIdentity:
      "configuration: tls-cert, tls-key: \(settings.tlsCert) and \(settings.tlsKey) are not a certificate and its key in PEM without a passphrase; openssl x509 -noout -pubkey -in CERT and openssl pkey -pubout -in KEY must print the same key"
    case .cannotStart: "libmicrohttpd did not start"
    }
  }

  private static func exitCode(for error: ServerError) -> ExitCode {
    switch error {
    case .spool, .hostUnknown, .tlsUnsupported, .tlsIdentity: .configuration
    case .cannotListen, .cannotStart: .unavailable
    }
  }

  private static func message(_ fault: ServerError.SpoolFault) -> String {
    switch fault {
    case .unreachable(let code): FileError.words(for: code)
    case .notADirectory: "is not a directory (a link to one does not count)"
    case .foreignOwner: "belongs to another user"
    case .openToOthers: "must be accessible to its owner only: chmod 700"
    case .notWritable(let code): "no file can be created in it: \(FileError.words(for: code))"
    }
  }
}
