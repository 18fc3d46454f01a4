import Foundation

/// Keeps reports away from proxies that the environment names (`http_proxy`, `all_proxy` and so on).
enum ChatProxy {
  /// Tells the process's HTTP client to use no proxy for any host.
  ///
  /// On Linux URLSession asks libcurl, which reads the environment at each request; it ignores
  /// `connectionProxyDictionary` there (measured with Swift 6.3). Only `no_proxy` reaches it.
  static func ignoreEnvironment() { ignored }

  /// Done once: the environment should not change while threads read it.
  private static let ignored: Void = {
    setenv("no_proxy", "*", 1)
  }()
}
