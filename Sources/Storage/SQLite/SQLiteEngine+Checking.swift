import Dispatch
import GRDB
import GRDBSQLite
import Synchronization

extension SQLiteEngine {
  /// During a check, ``state`` is `checking`. A damaged file is rebuilt. During the rebuild, calls throw
  /// ``StoreError/corrupt``.
  func startChecking(_ done: @escaping @Sendable (StoreState) -> Void) {
    let database: (any DatabaseWriter)? = shared.withLock { shared in
      guard !shared.isChecking, case .success(let database) = shared.access else { return nil }
      shared.isChecking = true
      checks.enter()
      if case .recovered = shared.state { return database }
      shared.state = .checking
      return database
    }
    guard let database else { return }
    DispatchQueue.global(qos: .utility).async { [self] in
      let finding = check(database)
      checks.leave()
      finishChecking(finding, of: database)
      // The state of a closed store is not reported.
      if case .failure(.closed) = access() { return }
      done(state)
    }
  }

  /// Stops a running check.
  func interruptChecking(_ shared: Shared) {
    if let checker = shared.checker { sqlite3_interrupt(OpaquePointer(bitPattern: checker)) }
  }

  /// The result of a check.
  private enum CheckResult {
    case sound
    case damaged
    case unknown(StoreError)
  }

  private func check(_ database: any DatabaseWriter) -> CheckResult {
    do {
      return try database.unsafeRead { connection in
        let address = connection.sqliteConnection.map { Int(bitPattern: $0) }
        let isOpen = shared.withLock { shared in
          shared.checker = address
          if case .success = shared.access { return true } else { return false }
        }
        defer { shared.withLock { $0.checker = nil } }
        guard isOpen else { return .unknown(.closed) }
        // Unlike `quick_check`, `integrity_check` detects a row that is missing from an index. It takes twice as long.
        let answer = try connection.firstRow("PRAGMA integrity_check(1)") { $0.text(0) }
        return answer == "ok" ? .sound : .damaged
      }
    } catch {
      let error = StoreError(error)
      return error == .corrupt ? .damaged : .unknown(error)
    }
  }

  private func finishChecking(_ finding: CheckResult, of database: any DatabaseWriter) {
    switch finding {
    case .sound:
      shared.withLock { shared in
        shared.isChecking = false
        if shared.state == .checking { shared.state = .ok }
      }
      eraseOwedLog(of: database)
    case .unknown:
      shared.withLock { shared in
        shared.isChecking = false
        if case .success = shared.access { shared.state = .failed }
      }
    case .damaged: rebuild(database)
    }
  }

  private func rebuild(_ database: any DatabaseWriter) {
    let file: StoreFile? = shared.withLock { shared in
      guard case .success = shared.access, let file = shared.file else { return nil }
      shared.access = .failure(.corrupt)
      return file
    }
    guard let file else {
      return shared.withLock { shared in
        shared.isChecking = false
        shared.state = .failed
      }
    }
    Self.shutDown(database)
    // The file stays locked until the rebuild ends, even if the store is closed meanwhile.
    let result = withExtendedLifetime(file) {
      Result { () throws(StoreError) in
        // Closing the store stops the rebuild. The next start repeats it.
        let rebuilt = try RebuiltFile.rebuild(file.path, logPages: self.reserve?.logPages ?? 1000) {
          self.shared.withLock { $0.file == nil }
        }
        file.remember()
        return rebuilt
      }
    }
    let handler: (@Sendable () -> Void)? = shared.withLock { shared in
      shared.isChecking = false
      switch result {
      case .success(let rebuilt) where shared.file != nil:
        shared.access = .success(rebuilt.database)
        shared.state = .recovered(setAside: rebuilt.setAside)
        shared.lostWrite = nil
        return { [rebuilt = shared.handlers.rebuilt, count = rebuilt.wrongRows] in rebuilt(count) }
      case .success(let rebuilt): try? rebuilt.database.close()
      case .failure(let error):
        shared.state = .failed
        if shared.file != nil { shared.access = .failure(error) }
      }
      return nil
    }
    handler?()
  }
}
