import CLibPQ
import Glibc

/// A libpq connection and the warnings that it received. The connection is closed when this object is released.
final class PostgresHandle {
  let connection: OpaquePointer
  /// The SQLSTATEs of the warnings that arrived since the list was last cleared.
  var warnings: [String] = []

  /// Connects to the first available server.
  ///
  /// - Parameter address: A URI or the keywords and values of libpq.
  init(_ address: String) throws(PostgresFailure) {
    let settings = try Self.settings(for: address)
    var keywords = settings.map { UnsafePointer(strdup($0.0)) }
    var values = settings.map { UnsafePointer(strdup($0.1)) }
    defer {
      for text in keywords + values { free(UnsafeMutablePointer(mutating: text)) }
    }
    keywords.append(nil)
    values.append(nil)
    // PQconnectdb would print notices to standard error and hide the SQLSTATE of a refusal. This code therefore only
    // starts a first attempt, sets the verbosity and the notice receiver, and connects again with PQreset. PQreset
    // respects the time limit and tries all servers.
    guard let connection = PQconnectStartParams(keywords, values, 1) else { throw .outOfMemory }
    self.connection = connection
    PQsetErrorVerbosity(connection, PQERRORS_SQLSTATE)
    PQsetNoticeReceiver(
      connection,
      { context, notice in
        guard let context, let notice else { return }
        Unmanaged<PostgresHandle>.fromOpaque(context).takeUnretainedValue().receive(notice)
      }, Unmanaged.passUnretained(self).toOpaque())
    PQreset(connection)
    guard isOpen else { throw PostgresFailure(connecting: connection) }
  }

  deinit { PQfinish(connection) }

  var isOpen: Bool { PQstatus(connection) == CONNECTION_OK }

  private func receive(_ notice: OpaquePointer) {
    guard let severity = brgsa_pq_severity(notice), String(cString: severity) == "WARNING" else {
      return
    }
    warnings.append(brgsa_pq_state(notice).map { String(cString: $0) } ?? "01000")
  }

  /// Returns the settings of a connection as keywords and values. If a keyword occurs several times, the last value
  /// applies.
  static func settings(for address: String) throws(PostgresFailure) -> [(String, String)] {
    var settings = [
      ("connect_timeout", "2"), ("tcp_user_timeout", "3000"), ("keepalives_idle", "2"),
      ("keepalives_interval", "1"), ("keepalives_count", "3"),
      ("fallback_application_name", "brgsa"),
    ]
    if try hasSeveralHosts(address) { settings.append(("target_session_attrs", "read-write")) }
    // libpq expands `dbname` to the settings in the address. They override the preceding settings.
    return settings + [("dbname", address), ("client_encoding", "UTF8")]
  }

  private static func hasSeveralHosts(_ address: String) throws(PostgresFailure) -> Bool {
    guard let options = PQconninfoParse(address, nil) else { throw .invalidAddress }
    defer { PQconninfoFree(options) }
    var option = options
    while let keyword = option.pointee.keyword {
      if ["host", "hostaddr"].contains(String(cString: keyword)), let value = option.pointee.val,
        String(cString: value).contains(",")
      {
        return true
      }
      option += 1
    }
    return false
  }
}
