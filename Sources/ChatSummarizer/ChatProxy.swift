import Foundation

/// Keeps reports away from proxies that the environment specifies (`http_proxy`, `all_proxy` and others).
enum ChatProxy {
  /// Disables proxies of URLSession for all hosts in the whole process.
  ///
  /// On Linux, URLSession uses libcurl, which reads the environment for each request. URLSession ignores
  /// `connectionProxyDictionary` there (tested with Swift 6.3), so the variable `no_proxy` is the only way.
  static func ignoreEnvironment() { ignored }

  /// Sets the variable. This runs only once, because the environment must not change while other threads read it.
  private static let ignored: Void = {
    setenv("no_proxy", "*", 1)
  }()
}
