import HTTP

/// The value of the setting `allowed-hosts`: a comma-separated list of host names and patterns.
enum HostNames {
  /// Returns the names in a value, without surrounding white space.
  static func list(_ text: String) -> [String] {
    text.split(separator: ",").map {
      $0.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
  }

  /// Returns the fault of a value; nil if all names are valid.
  static func fault(_ text: String) -> String? {
    list(text).first { !ServerConfiguration.isHostPattern($0) }.map {
      "has \($0.debugDescription), which is not a host name, an address or *.name, without port and scheme"
    }
  }
}
