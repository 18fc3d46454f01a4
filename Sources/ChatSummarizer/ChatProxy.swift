import Foundation

/// Prevents that reports go to a proxy that the environment names (`http_proxy`, `all_proxy` and others).
enum ChatProxy {
  /// Makes URLSession use no proxy for any host, in the whole process.
  ///
  /// On Linux, URLSession uses libcurl, which reads the environment at each request. There, URLSession ignores
  /// `connectionProxyDictionary` (tested with Swift 6.3), so the variable `no_proxy` is the only way.
  static func ignoreEnvironment() { ignored }

  /// Sets the variable. This runs only once, because the environment must not change while other threads read it.
  private static let ignored: Void = {
    setenv("no_proxy", "*", 1)
  }()
}
