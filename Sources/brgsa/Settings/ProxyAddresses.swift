import HTTP

/// The value of the setting `trusted-proxies`: a comma-separated list of addresses and networks.
enum ProxyAddresses {
  /// Returns the fault of a value; nil if all entries are valid.
  static func fault(_ text: String) -> String? {
    HostNames.list(text).first { !ServerConfiguration.isProxyPattern($0) }.map {
      "has \($0.debugDescription), which is not a numeric address or a network such as 10.0.0.0/8"
    }
  }
}
