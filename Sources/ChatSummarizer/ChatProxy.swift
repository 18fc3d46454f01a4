import Foundation

/// Prevents reports from going to proxies named by the environment (`http_proxy`, `all_proxy` and
/// others).
enum ChatProxy {
  /// Tells the process's HTTP client to use no proxy for any host.
  ///
  /// On Linux URLSession asks libcurl, which reads the environment at each request; it ignores
  /// `connectionProxyDictionary` there (measured with Swift 6.3). Only `no_proxy` reaches it.
  static func ignoreEnvironment() { ignored }

  /// Runs once: the environment must not change while threads read it.
  private static let ignored: Void = {
    setenv("no_proxy", "*", 1)
  }()
}
