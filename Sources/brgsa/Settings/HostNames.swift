import HTTP

/// The value of the setting `allowed-hosts`: host names and patterns, separated by commas.
enum HostNames {
  /// Returns the names of a value. White space around a name is removed.
  static func list(_ text: String) -> [String] {
    text.split(separator: ",").map {
      $0.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
  }

  /// Returns the fault of a value; nil if each name can be allowed.
  static func fault(_ text: String) -> String? {
    list(text).first { !ServerConfiguration.isHostPattern($0) }.map {
      "has \($0.debugDescription), which is not a host name, an address or *.name, without port and scheme"
    }
  }
}
