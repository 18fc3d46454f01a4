import CLibPQ

/// A failed call of PostgreSQL. The server's messages are left out, because they could contain stored data.
struct PostgresFailure: Error, Equatable {
  /// The SQLSTATE: five digits and upper-case letters.
  let state: String
  /// True if the connection is of no further use. Whether a running `COMMIT` was applied is then unknown.
  let isConnectionLost: Bool

  init(state: String, isConnectionLost: Bool = false) {
    self.state = state
    self.isConnectionLost = isConnectionLost
  }
}

extension PostgresFailure {
  /// The text that should tell where the database is cannot be read.
  static let invalidAddress = PostgresFailure(state: "22023")
  /// The memory of this process is exhausted.
  static let outOfMemory = PostgresFailure(state: "53200")
  /// A value is too large for the protocol.
  static let valueTooLarge = PostgresFailure(state: "54000")
  /// A transaction is already running.
  static let activeTransaction = PostgresFailure(state: "25001")
  /// The transaction was rolled back, because a statement of it had failed.
  static let failedTransaction = PostgresFailure(state: "25P02")

  /// The server's own state for a fault that has no other.
  static let unknownState = "XX000"

  /// What a failure means for the store.
  enum Kind: Equatable {
    /// The server's disk is full.
    case full
    /// Another transaction was in the way. The same transaction may succeed now.
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
  /// The states with which the server ends a connection; see class 57 in the list of PostgreSQL's error codes.
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
    // libpq's own errors have no SQLSTATE.
    self.init(state: state ?? (isLost ? "08006" : Self.unknownState), isConnectionLost: isLost)
  }

  /// The failure of a connection attempt.
  ///
  /// With `PQERRORS_SQLSTATE`, each line of libpq's message about a server's refusal ends with the
  /// SQLSTATE. libpq does not provide it in another way. The text itself is not stored.
  init(connecting connection: OpaquePointer) {
    let message = PQerrorMessage(connection).map { String(cString: $0) } ?? ""
    let states = message.split(separator: "\n").compactMap { line -> String? in
      let word = line.suffix(7)
      return word.hasPrefix("  ") ? Self.valid(String(word.dropFirst(2))) : nil
    }
    // Of several servers, one that refuses the user or the database tells more than one that is away.
    let refusal = states.first { state in Self.refusals.contains { state.hasPrefix($0) } }
    self.init(
      state: refusal ?? states.last ?? "08001", isConnectionLost: refusal == nil)
  }

  /// Wrong password or role, unknown database, missing privilege. Another attempt would fail likewise.
  private static let refusals = ["28", "3D", "42"]

  private static func valid(_ state: String) -> String? {
    let isValid =
      state.utf8.count == 5
      && state.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) }
    return isValid ? state : nil
  }
}
