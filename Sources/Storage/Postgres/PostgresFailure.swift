import CLibPQ

/// A failed PostgreSQL call. The server's messages are omitted, because they could contain stored data.
struct PostgresFailure: Error, Equatable {
  /// The SQLSTATE: five digits and upper-case letters.
  let state: String
  /// True if the connection is unusable. It is then unknown whether a running `COMMIT` was applied.
  let isConnectionLost: Bool

  init(state: String, isConnectionLost: Bool = false) {
    self.state = state
    self.isConnectionLost = isConnectionLost
  }
}

extension PostgresFailure {
  /// libpq cannot parse the address of the database.
  static let invalidAddress = PostgresFailure(state: "22023")
  /// This process is out of memory.
  static let outOfMemory = PostgresFailure(state: "53200")
  /// A value is too large for the protocol.
  static let valueTooLarge = PostgresFailure(state: "54000")
  /// A transaction is already running.
  static let activeTransaction = PostgresFailure(state: "25001")
  /// The transaction was rolled back, because one of its statements had failed.
  static let failedTransaction = PostgresFailure(state: "25P02")

  /// The SQLSTATE of an internal error of the server.
  static let unknownState = "XX000"

  /// What a failure means for the store.
  enum Kind: Equatable {
    /// The server's disk is full.
    case full
    /// Another transaction was in the way. A retry of the same transaction may succeed.
    case busy
    /// The server is a standby or accepts no writes.
    case readOnly
    /// The server found damage in its files.
    case corrupt
    /// The server is not available, or the connection is lost. A new connection may succeed later.
    case unreachable
    /// Anything else.
    case failed(state: String)
  }

  var kind: Kind {
    if isConnectionLost { return .unreachable }
    return Self.kinds[state] ?? .failed(state: state)
  }

  private static let kinds: [String: Kind] = [
    "53100": .full, "53400": .full, "40001": .busy, "40P01": .busy, "55P03": .busy,
    "25006": .readOnly, "XX001": .corrupt, "XX002": .corrupt,
  ]
}

extension PostgresFailure {
  /// The SQLSTATEs with which the server ends a connection. Source: class 57 in the list of PostgreSQL error codes.
  private static let ends = ["57P01", "57P02", "57P03", "57P04", "57P05"]

  /// The failure of a statement.
  ///
  /// - Parameters:
  ///   - result: libpq's result; nil if libpq has none.
  ///   - connection: libpq's connection, after the statement.
  init(_ result: OpaquePointer?, on connection: OpaquePointer) {
    let state = result.flatMap(brgsa_pq_state).flatMap { Self.valid(String(cString: $0)) }
    let isLost =
      PQstatus(connection) != CONNECTION_OK || state.map { Self.ends.contains($0) } ?? false
    // Errors of libpq itself have no SQLSTATE.
    self.init(state: state ?? (isLost ? "08006" : Self.unknownState), isConnectionLost: isLost)
  }

  /// The failure of a connection attempt.
  ///
  /// libpq offers no function that returns the SQLSTATE of a refused connection. With `PQERRORS_SQLSTATE`, however,
  /// each line of its message about a refusal ends with the SQLSTATE. The message itself is not stored.
  init(connecting connection: OpaquePointer) {
    self.init(connecting: PQerrorMessage(connection).map { String(cString: $0) } ?? "")
  }

  /// The failure that libpq's message describes.
  init(connecting message: String) {
    let states = message.split(separator: "\n").compactMap { line -> String? in
      let word = line.suffix(7)
      return word.hasPrefix("  ") ? Self.valid(String(word.dropFirst(2))) : nil
    }
    // If several servers failed, a refused user or database explains more than an unreachable server.
    let refusal =
      states.first { state in Self.refusals.contains { state.hasPrefix($0) } }
      ?? (Self.isAboutTrust(message) ? StoreError.untrustedServer : nil)
    self.init(
      state: refusal ?? states.last ?? "08001", isConnectionLost: refusal == nil)
  }

  /// The classes of a wrong password or role, an unknown database and a missing privilege. A retry would fail in the
  /// same way.
  private static let refusals = ["28", "3D", "42"]

  /// Returns true if all servers were reached and none has the encryption that `sslmode` demands. libpq itself finds
  /// this and gives no SQLSTATE.
  private static func isAboutTrust(_ message: String) -> Bool {
    let lines = message.split(separator: "\n")
    return !lines.isEmpty
      && lines.allSatisfy { $0.contains("certificate") || $0.contains("does not support SSL") }
  }

  private static func valid(_ state: String) -> String? {
    let isValid =
      state.utf8.count == 5
      && state.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) }
    return isValid ? state : nil
  }
}
