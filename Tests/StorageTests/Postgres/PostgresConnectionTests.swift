import Glibc
import TestSupport
import Testing

@testable import Storage

/// How connections are made and lost.
@Suite struct PostgresConnectionTests {
  private func setting(_ name: String, _ connection: PostgresConnection) throws -> String? {
    try connection.row("SELECT current_setting(?)", [.text(name)]) { $0.text(0) } ?? nil
  }

  @Test func sessionsHaveTheirSettings() throws {
    let address = try PostgresServer.newDatabase()
    let connection = try PostgresConnection("\(address) client_encoding=LATIN1")
    for (name, value) in [
      ("application_name", "brgsa"), ("client_encoding", "UTF8"),
      ("client_min_messages", "warning"),
      ("search_path", "brgsa, pg_temp"), ("standard_conforming_strings", "on"),
    ] {
      #expect(try setting(name, connection) == value, "\(name)")
    }
    let named = try PostgresConnection("\(address) application_name=other")
    #expect(try setting("application_name", named) == "other")
  }

  @Test func theAddressOverridesTheDefaults() throws {
    func settings(_ address: String) throws -> [String: String] {
      Dictionary(
        try PostgresHandle.settings(for: address), uniquingKeysWith: { $1 })
    }
    let one = try settings("postgresql://a/b?connect_timeout=9")
    // libpq replaces the address, which follows the defaults, by its settings.
    #expect(one["dbname"] == "postgresql://a/b?connect_timeout=9")
    #expect(one["connect_timeout"] == "2")
    #expect(one["target_session_attrs"] == nil)
    for several in [
      "postgresql://a,b/c", "host=a,b", "postgresql://a:1,b:2/c", "hostaddr=1.1.1.1,::1",
    ] {
      #expect(try settings(several)["target_session_attrs"] == "read-write", "\(several)")
    }
    for wrong in ["postgresql://[", "nonsense", "unknown=1", "host='"] {
      #expect(throws: PostgresFailure.invalidAddress) { try PostgresConnection(wrong) }
    }
  }

  @Test func aURIConnects() throws {
    let address = try PostgresServer.newDatabase()
    let name = try #require(address.split(separator: "=").last)
    let folder = try PostgresServer.socketFolder().split(separator: "/").joined(separator: "%2F")
    let connection = try PostgresConnection("postgresql://brgsa@%2F\(folder)/\(name)")
    let database = try connection.row("SELECT current_database()::text") { $0.text(0) }
    #expect(database == String(name))
  }

  @Test func ofSeveralServersTheOneThatAcceptsWritesIsTaken() throws {
    let address = try PostgresServer.newDatabase()
    let folder = try PostgresServer.socketFolder()
    let several = address.replacing("host=\(folder)", with: "host=/nonexistent,\(folder)")
    let connection = try PostgresConnection(several)
    let name = try #require(address.split(separator: "=").last)
    try connection.run("ALTER DATABASE \(name) SET default_transaction_read_only = on")
    let failure = try postgresFailure { _ = try PostgresConnection(several) }
    #expect(failure?.kind == .unreachable)
    _ = try PostgresConnection("\(several) target_session_attrs=any")
    _ = try PostgresConnection(address)
  }

  @Test func aRefusalTellsWhy() throws {
    let address = try PostgresServer.newDatabase()
    let folder = try PostgresServer.socketFolder()
    for (wrong, state) in [("dbname=absent", "3D000"), ("user=absent", "28000")] {
      let failure = try postgresFailure { _ = try PostgresConnection("\(address) \(wrong)") }
      #expect(failure == PostgresFailure(state: state))
      #expect(failure?.kind == .failed(state: state))
    }
    let several = "host=\(folder),/nonexistent user=brgsa dbname=absent"
    #expect(try postgresFailure { _ = try PostgresConnection(several) }?.state == "3D000")
    let absent = try postgresFailure { _ = try PostgresConnection("host=/nonexistent") }
    #expect(absent == PostgresFailure(state: "08001", isConnectionLost: true))
    #expect(absent?.kind == .unreachable)
  }

  @Test func aServerThatDoesNotRespondIsUnreachable() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    try #require(listener >= 0)
    defer { close(listener) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, size) == 0 && listen(listener, 8) == 0
          && getsockname(listener, address, &size) == 0
      }
    }
    try #require(code)
    let port = UInt16(bigEndian: address.sin_port)
    let failure = try postgresFailure {
      _ = try PostgresConnection("host=127.0.0.1 port=\(port) user=a dbname=a")
    }
    #expect(failure == PostgresFailure(state: "08001", isConnectionLost: true))
  }

  @Test func anEndedSessionIsAConnectionLost() throws {
    let address = try PostgresServer.newDatabase()
    let watcher = try PostgresConnection(address)
    let statements: [(PostgresConnection) throws -> Void] = [
      { try $0.run("SELECT 1") }, { try $0.commit() }, { try $0.rollback() },
      { try $0.streamRows("SELECT 1", []) { _ in true } },
    ]
    for statement in statements {
      let connection = try PostgresConnection(address)
      try connection.begin(.readCommitted)
      #expect(connection.isOpen)
      try watcher.end(connection)
      let failure = try postgresFailure { try statement(connection) }
      #expect(failure?.isConnectionLost == true)
      #expect(failure?.kind == .unreachable)
      #expect(!connection.isOpen)
      #expect(!connection.isInTransaction)
      // It stays lost, and calls do not trap.
      #expect(try postgresFailure { try connection.run("SELECT 1") }?.isConnectionLost == true)
      #expect(try postgresFailure { try connection.begin(.readCommitted) } != nil)
      try connection.rollback()
    }
    #expect(try PostgresConnection(address).integer("SELECT 1") == 1)
  }

  @Test func aSessionThatEndsWithinAStreamIsAConnectionLost() throws {
    let address = try PostgresServer.newDatabase()
    let watcher = try PostgresConnection(address)
    let connection = try PostgresConnection(address)
    var count = 0
    let failure = try postgresFailure {
      try connection.transaction {
        try connection.streamRows("SELECT n FROM generate_series(1, 1000) AS n", []) { _ in
          count += 1
          if count == 1 { try watcher.end(connection) }
          return true
        }
      }
    }
    #expect(failure?.kind == .unreachable)
    #expect(count == 16)
  }

  @Test func aSessionWithALockEndsWithItsConnection() throws {
    let address = try PostgresServer.newDatabase()
    var holder: PostgresConnection? = try PostgresConnection(address)
    try holder?.run("SELECT pg_advisory_lock(1)")
    let other = try PostgresConnection(address)
    #expect(try other.integer("SELECT pg_try_advisory_lock(1)") == 0)
    holder = nil
    try other.run("SELECT pg_advisory_lock(1)")
  }

  @Test(
    arguments: [
      ("53100", .full), ("53400", .full), ("40001", .busy), ("40P01", .busy), ("55P03", .busy),
      ("25006", .readOnly), ("XX001", .corrupt), ("XX002", .corrupt),
      ("23505", .failed(state: "23505")), ("XX000", .failed(state: "XX000")),
    ] as [(String, PostgresFailure.Kind)])
  func failuresHaveTheirKind(_ state: String, _ kind: PostgresFailure.Kind) {
    #expect(PostgresFailure(state: state).kind == kind)
    #expect(PostgresFailure(state: state, isConnectionLost: true).kind == .unreachable)
  }

  private static let start = #"connection to server at "db1" (10.0.0.1), port 5432 failed: "#

  @Test(
    arguments: [
      ("server does not support SSL, but SSL was required", .failed(state: "BR001")),
      ("SSL error: certificate verify failed", .failed(state: "BR001")),
      (
        "root certificate file \"/x/root.crt\" does not exist\nEither provide the file or change sslmode to disable server certificate verification.",
        .failed(state: "BR001")
      ),
      (#"server certificate for "a" does not match host name "b""#, .failed(state: "BR001")),
      ("SSL connection has been closed unexpectedly", .unreachable),
      ("Connection refused\n\tIs the server running on that host?", .unreachable),
      ("SSL error: certificate verify failed\n\(start)Connection refused", .unreachable),
      ("FATAL:  28P01", .failed(state: "28P01")), ("FATAL:  57P03", .unreachable),
      ("", .unreachable),
    ] as [(String, PostgresFailure.Kind)])
  func aFailedConnectionHasItsKind(_ message: String, _ kind: PostgresFailure.Kind) {
    #expect(PostgresFailure(connecting: Self.start + message).kind == kind)
  }
}
