internal import Glibc
internal import Synchronization

/// A PostgreSQL server of this test process, in a folder of its own, without TCP. It starts with the first test
/// that needs it. A shell stops it and removes the folder when the process ends, also if it is killed.
public final class PostgresServer: Sendable {
  /// Why there is no server.
  public struct Failure: Error, CustomStringConvertible {
    /// The reason.
    public let description: String
  }

  private static let programs = "/usr/lib/postgresql/15/bin"
  private static let shared = Result { try PostgresServer() }
  /// Number of databases.
  private let databases = Mutex(0)
  /// This process's end of the connection to the server's script.
  private let script: Mutex<Int32>

  /// The folder with the server's socket and files.
  public let folder: String

  /// Makes an empty database.
  ///
  /// - Returns: What libpq needs to connect to it.
  public static func newDatabase() throws -> String {
    let server = try shared.get()
    return server.address(of: try server.makeDatabase())
  }

  /// Makes an empty database.
  ///
  /// - Returns: Its address, as users write it.
  public static func newAddress() throws -> String {
    let words = try newDatabase().split(separator: " ").map { $0.split(separator: "=")[1] }
    return "postgresql://\(words[1])@/\(words[2])?host=\(words[0])"
  }

  /// The folder with the socket of the shared server.
  public static func socketFolder() throws -> String { try shared.get().folder }

  /// Runs a statement that concerns the server. It must be one line.
  public static func run(_ sql: String) throws { try shared.get().order("statement \(sql)") }

  private func makeDatabase() throws -> String {
    let name = databases.withLock { count in
      count += 1
      return "test\(count)"
    }
    try order("database \(name)")
    return name
  }

  /// Sends a line to the script and waits until it is done.
  private func order(_ order: String) throws {
    try script.withLock { script in
      let line = Array("\(order)\n".utf8)
      guard write(script, line, line.count) == line.count, Self.line(script) == "done" else {
        throw Failure(description: "PostgreSQL refused: \(order)")
      }
    }
  }

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
      client="-h $folder -U brgsa"
      while read -r word rest; do
        case $word in
          database) "$1/createdb" $client -T template0 "$rest" ;;
          statement) "$1/psql" $client -d postgres -c "$rest" ;;
        esac </dev/null >/dev/null 2>&1 && echo done || echo failed
      done
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
    let line = Self.line(ends[1])
    guard line.hasPrefix("/tmp/") else {
      throw Failure(description: "PostgreSQL did not start: \(line)")
    }
    folder = line
    script = Mutex(ends[1])
  }

  /// Reads until a line ends that reports success, or everything if there is none.
  private static func line(_ descriptor: Int32) -> String {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while read(descriptor, &byte, 1) == 1 {
      let isSuccess = bytes.starts(with: "/tmp/".utf8) || bytes == Array("done".utf8)
      if byte == UInt8(ascii: "\n"), isSuccess || bytes == Array("failed".utf8) { break }
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
