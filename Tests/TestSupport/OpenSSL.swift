internal import Dispatch
internal import Glibc

/// The program `openssl`: another implementation of TLS than the server's, and a maker of certificates.
public final class OpenSSL: Sendable {
  private let identifier: pid_t
  /// The program's standard input. A socket, because writing to one whose reader has gone sends no signal.
  private let input: Int32

  private static let program = "/usr/bin/openssl"

  /// Starts it; what it writes is dropped.
  public init(_ arguments: [String]) throws {
    var ends: [Int32] = [0, 0]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw RawClient.Failure(what: "socketpair", code: errno)
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO)
    for output in [STDOUT_FILENO, STDERR_FILENO] {
      posix_spawn_file_actions_addopen(&actions, output, "/dev/null", O_WRONLY, 0)
    }
    var words = ([Self.program] + arguments).map { strdup($0) }
    var environment = [strdup("LC_ALL=C")]
    defer {
      for text in words + environment { free(text) }
      posix_spawn_file_actions_destroy(&actions)
      close(ends[0])
    }
    words.append(nil)
    environment.append(nil)
    var identifier = pid_t()
    let code = posix_spawn(&identifier, Self.program, &actions, nil, words, environment)
    guard code == 0 else {
      close(ends[1])
      throw RawClient.Failure(what: Self.program, code: code)
    }
    self.identifier = identifier
    input = ends[1]
  }

  /// A client that is connected by TLS to a port of this machine, or soon will be.
  public convenience init(clientOf port: UInt16) throws {
    try self.init(["s_client", "-connect", "127.0.0.1:\(port)"])
  }

  deinit { close(input) }

  /// Makes a key, `key.pem`, and a certificate of its own for localhost, `cert.pem`, in a folder.
  public static func makeIdentity(in folder: String) async throws {
    let code = try await OpenSSL([
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
      "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
      "-keyout", "\(folder)/key.pem", "-out", "\(folder)/cert.pem",
    ]).ended()
    guard code == 0 else { throw RawClient.Failure(what: "openssl req", code: code) }
  }

  /// Gives it these bytes, which a client sends on.
  public func send(_ text: String) {
    let bytes = Array(text.utf8)
    _ = Glibc.send(input, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }

  /// Ends its input: a client says goodbye by TLS and leaves.
  public func hangUp() { shutdown(input, Int32(SHUT_WR)) }

  /// Ends it without a chance to say anything.
  public func kill() { _ = Glibc.kill(identifier, SIGKILL) }

  /// Waits for its end, once.
  ///
  /// - Returns: Its exit code, or the signal that ended it.
  @discardableResult
  public func ended() async -> Int32 {
    await withCheckedContinuation { continuation in
      DispatchQueue(label: "openssl").async { [identifier] in
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        continuation.resume(returning: status & 0x7f == 0 ? status >> 8 & 0xff : status & 0x7f)
      }
    }
  }
}
