import CLibPQ
import CheckedNumbers

extension Store {
  /// Describes what is wrong with the address of a PostgreSQL database. The text completes a message whose subject is
  /// the address. Does not connect or resolve host names.
  ///
  /// - Returns: Nil for a valid address or a path.
  public static func addressFault(_ path: String) -> String? {
    guard isAddress(path) else { return nil }
    guard let options = PQconninfoParse(path, nil) else {
      return "is not an address such as postgresql://user@host:5432/database"
    }
    defer { PQconninfoFree(options) }
    var values: [String: String] = [:]
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val {
        values[String(cString: keyword)] = String(cString: value)
      }
      option += 1
    }
    return AddressFault.find(values)
  }
}

/// Finds faults that libpq reports only when it connects.
private enum AddressFault {
  static func find(_ values: [String: String]) -> String? {
    let ports = parts(values["port"])
    let isPort = { (text: Substring) in
      text.isEmpty || Int(digits: String(text)).map((1...65_535).contains) == true
    }
    guard ports.allSatisfy(isPort) else { return "has a port that is not a number from 1 to 65535" }
    let hosts = max(parts(values["host"]).count, parts(values["hostaddr"]).count, 1)
    guard ports.count <= 1 || ports.count == hosts else {
      return "has \(ports.count) ports for \(hosts) hosts"
    }
    for (keyword, allowed) in words {
      if let value = values[keyword], !allowed.contains(value) {
        return "has an invalid \(keyword); allowed values: \(allowed.joined(separator: ", "))"
      }
    }
    for keyword in numbers {
      if let value = values[keyword],
        Int(digits: value.hasPrefix("-") ? String(value.dropFirst()) : value) == nil
      {
        return "has a \(keyword) that is not a number"
      }
    }
    return nil
  }

  private static func parts(_ list: String?) -> [Substring] {
    list?.split(separator: ",", omittingEmptySubsequences: false) ?? []
  }

  /// The keywords that allow only a few values.
  private static let words = [
    ("sslmode", ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]),
    (
      "target_session_attrs",
      ["any", "read-write", "read-only", "primary", "standby", "prefer-standby"]
    ),
    ("channel_binding", ["disable", "prefer", "require"]),
    ("gssencmode", ["disable", "prefer", "require"]),
  ]

  /// The keywords whose values are integers.
  private static let numbers = [
    "connect_timeout", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count",
    "tcp_user_timeout",
  ]
}
