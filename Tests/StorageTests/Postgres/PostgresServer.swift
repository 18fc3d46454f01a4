import Glibc
import Synchronization

@testable import Storage

/// A PostgreSQL server of this test process, in a folder of its own, without TCP. It starts with the first test
/// that needs it. A shell stops it and removes the folder when the process ends, also if it is killed.
final class PostgresServer: Sendable {
  /// Why there is no server.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private static let programs = "/usr/lib/postgresql/15/bin"
  private static let shared = Result { try PostgresServer() }
  private static let databases = Atomic(0)

  /// The folder with the server's socket and files.
  let folder: String

  /// Makes an empty database.
  ///
  /// - Returns: What libpq needs to connect to it.
  static func newDatabase() throws -> String {
    let server = try shared.get()
    let number = databases.add(1, ordering: .relaxed).newValue
    // The server rejects a copy of `template1` while others use it.
    try PostgresConnection(server.address(of: "postgres"))
      .run("CREATE DATABASE test\(number) TEMPLATE template0")
    return server.address(of: "test\(number)")
  }

  /// Makes an empty database.
  ///
  /// - Returns: Its address, as users write it.
  static func newAddress() throws -> String {
    let words = try newDatabase().split(separator: " ").map { $0.split(separator: "=")[1] }
    return "postgresql://\(words[1])@/\(words[2])?host=\(words[0])"
  }

  /// Makes an empty database and connects to it.
  static func newConnection() throws -> PostgresConnection {
    try PostgresConnection(newDatabase())
  }

  /// The folder with the socket of the shared server.
  static func socketFolder() throws -> String { try shared.get().folder }

  private func address(of database: String) -> String {
    "host=\(folder) user=brgsa dbname=\(database)"
  }

  /// The server waits for an absent standby in sessions that set `synchronous_commit`. It outlives the
  /// processes of other tests, so it does not hold their descriptors open.
  private static let script = """
    trap '' HUP INT TERM PIPE
    for path in /proc/self/fd/*; do
      number=${path##*/}
      if [ "$number" -gt 2 ]; then eval "exec $number>&-"; fi
    done
    folder=$(mktemp -d /tmp/brgsa-postgres-XXXXXX) || exit 1
    user=
    if [ "$(id -u)" = 0 ]; then
      chown postgres "$folder"
      user='setpriv --reuid=postgres --regid=postgres --init-groups'
    fi
    cd "$folder"
    settings="-k $folder -c listen_addresses= -c fsync=off -c max_connections=300"
    settings="$settings -c shared_buffers=32MB -c synchronous_commit=local"
    settings="$settings -c synchronous_standby_names=absent"
    if $user "$1/initdb" -D data -U brgsa -A trust -E UTF8 --locale=C --no-sync >start.log 2>&1 &&
      $user "$1/pg_ctl" start -D data -w -t 600 -l data/server.log -o "$settings" >>start.log 2>&1
    then
      echo "$folder"
      read -r line
      $user "$1/pg_ctl" stop -D data -w -m immediate >/dev/null 2>&1
    else
      cat start.log data/server.log 2>/dev/null
    fi
    cd /
    rm -rf "$folder"
    """

  private init() throws {
    guard access("\(Self.programs)/postgres", X_OK) == 0 else {
      throw Failure(description: "PostgreSQL 15 is missing in \(Self.programs). Run `make deps`.")
    }
    // A socket rather than a pipe, because it is made with `SOCK_CLOEXEC`. Our end stays open until this
    // process ends.
    var ends: [Int32] = [0, 0]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw Failure(description: "socketpair failed: \(errno)")
    }
    defer { close(ends[0]) }
    try Self.spawn(["/bin/bash", "-c", Self.script, "bash", Self.programs], ends[0])
    let line = Self.firstLine(ends[1])
    guard line.hasPrefix("/tmp/") else {
      throw Failure(description: "PostgreSQL did not start: \(line)")
    }
    folder = line
  }

  /// Reads until the first line ends, or everything if it is not the folder's name.
  private static func firstLine(_ descriptor: Int32) -> String {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while read(descriptor, &byte, 1) == 1 {
      if byte == UInt8(ascii: "\n"), bytes.starts(with: "/tmp/".utf8) { break }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func spawn(_ words: [String], _ end: Int32) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, end, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, end, STDOUT_FILENO)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    var arguments = words.map { strdup($0) }
    let variables: [String] = ["LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"]
    var environment = variables.map { strdup($0) }
    defer {
      for text in arguments + environment { free(text) }
      posix_spawn_file_actions_destroy(&actions)
    }
    arguments.append(nil)
    environment.append(nil)
    var identifier = pid_t()
    let code = posix_spawn(&identifier, words[0], &actions, nil, arguments, environment)
    guard code == 0 else { throw Failure(description: "\(words[0]) did not start: \(code)") }
  }
}

/// The failure of a call; nil if the call succeeded.
func postgresFailure(_ body: () throws -> Void) throws -> PostgresFailure? {
  do {
    try body()
    return nil
  } catch let error as PostgresFailure { return error }
}

extension PostgresConnection {
  /// Runs a transaction.
  func transaction(_ body: () throws -> Void) throws {
    try begin(.readCommitted)
    do {
      try body()
      try commit()
    } catch {
      try? rollback()
      throw error
    }
  }

  /// Passes the first row of a query to `body`.
  func row<Value>(
    _ sql: String, _ values: [SQLValue] = [], _ body: (PostgresRow) throws -> Value
  ) throws -> Value? {
    try firstRow(sql, values) { row in try (row as? PostgresRow).map(body) } ?? nil
  }

  /// Ends another session, and waits until it has ended.
  func end(_ other: PostgresConnection) throws {
    try run("SELECT pg_terminate_backend(\(other.serverProcess), 600000)")
  }
}
