import Dispatch
import Glibc

/// A connection and the queue that uses it. Transactions run sequentially.
///
/// `@unchecked Sendable`: only the queue uses the variables.
final class PostgresLane: @unchecked Sendable {
  private let queue: DispatchQueue
  private let connect: () throws -> PostgresConnection
  private var connection: PostgresConnection?
  private var isClosed = false
  /// Whether the last write may have been committed although its response was lost.
  private var isUncertain = false
  private let outage: ServerOutage
  /// The maximum number of times that a transaction runs again because another process inserted the same row.
  private static let conflictLimit = 3

  /// Creates a lane. It connects at the first call.
  ///
  /// - Parameter connect: Opens a new connection.
  init(
    _ name: String, _ outage: ServerOutage,
    _ connect: @escaping @Sendable () throws -> PostgresConnection
  ) {
    self.outage = outage
    queue = DispatchQueue(label: "brgsa.postgres.\(name)")
    self.connect = connect
  }

  /// Runs a transaction and blocks the calling thread.
  func run<Value>(
    _ isolation: PostgresConnection.Isolation, isReadOnly: Bool,
    _ body: (any StoreConnection) throws -> Value
  ) -> Result<Value, StoreError> {
    let start = ContinuousClock.now
    return queue.sync {
      attempts(since: start) { try self.transaction($0, isolation, isReadOnly, body) }
    }
  }

  /// Runs a transaction on the lane's queue.
  ///
  /// - Parameter committed: Called after the commit and before the lane's next transaction.
  func runLater<Value: Sendable>(
    _ isolation: PostgresConnection.Isolation, isReadOnly: Bool,
    committed: @escaping @Sendable (Value) -> Void = { _ in },
    _ body: @escaping @Sendable (any StoreConnection) throws -> Value
  ) async -> Result<Value, StoreError> {
    let start = ContinuousClock.now
    return await withCheckedContinuation { waiting in
      queue.async {
        let result = self.attempts(since: start) {
          try self.transaction($0, isolation, isReadOnly, body)
        }
        if case .success(let value) = result { committed(value) }
        waiting.resume(returning: result)
      }
    }
  }

  /// Runs statements without a common transaction. Each statement is committed separately.
  func runAlone<Value>(_ body: (PostgresConnection) throws -> Value) -> Result<Value, StoreError> {
    let start = ContinuousClock.now
    return queue.sync { attempts(since: start, body) }
  }

  /// Closes the connection after the current transactions.
  func close() {
    queue.sync {
      isClosed = true
      connection = nil
    }
  }

  private func transaction<Value>(
    _ connection: PostgresConnection, _ isolation: PostgresConnection.Isolation, _ isReadOnly: Bool,
    _ body: (any StoreConnection) throws -> Value
  ) throws -> Value {
    do {
      try connection.begin(isolation, isReadOnly: isReadOnly)
      let value = try body(connection)
      // If an earlier attempt already stored everything, this transaction writes nothing, and PostgreSQL would not wait
      // for a standby.
      if isUncertain, !isReadOnly { try connection.confirmStoredData() }
      try connection.commit()
      if !isReadOnly { isUncertain = false }
      return value
    } catch {
      if !isReadOnly, StoreError(postgres: error) == .unreachable { isUncertain = true }
      throw error
    }
  }

  /// Calls `body` with a connection. Retries while the server is unreachable or another transaction is in the way, for
  /// at most ``ServerOutage/patience``.
  private func attempts<Value>(
    since start: ContinuousClock.Instant, _ body: (PostgresConnection) throws -> Value
  ) -> Result<Value, StoreError> {
    var conflicts = 0
    while true {
      if isClosed { return .failure(.closed) }
      guard outage.isWorthTrying(since: start) else { return .failure(.unreachable) }
      do {
        let connection = try self.connection ?? connect()
        self.connection = connection
        let value = try body(connection)
        outage.end()
        return .success(value)
      } catch {
        recover()
        let error = StoreError(postgres: error)
        // Another process has just inserted the same row. The repeated transaction sees this row.
        if error == .server(state: "23505") {
          conflicts += 1
          if conflicts <= Self.conflictLimit { continue }
        }
        if error == .unreachable { outage.note() }
        guard error == .unreachable || error == .busy,
          start.duration(to: .now) < ServerOutage.patience
        else { return .failure(error) }
        usleep(ServerOutage.pause)
      }
    }
  }

  /// Rolls back the failed transaction. If that is impossible, discards the connection.
  private func recover() {
    guard let connection else { return }
    do {
      guard connection.isOpen else { return self.connection = nil }
      try connection.rollback()
    } catch {
      self.connection = nil
    }
  }
}

extension StoreError {
  /// Converts an error of a transaction in PostgreSQL.
  init(postgres error: any Error) {
    guard let failure = error as? PostgresFailure else {
      self = error as? StoreError ?? .server(state: PostgresFailure.unknownState)
      return
    }
    self =
      switch failure.kind {
      case .full: .full
      case .busy: .busy
      case .readOnly: .unreachable
      case .corrupt: .corrupt
      case .unreachable: .unreachable
      case .failed(let state): .server(state: state)
      }
  }
}
