import Glibc

/// The default paths of files and folders.
enum DefaultPaths {
  /// The folder of the model. It is `Models/phantom` of the checkout in which this program runs or
  /// was built. Outside a checkout, it is that of the installed model.
  static var model: String {
    if let checkout { return "\(checkout)/Models/phantom" }
    return "\(installation)/share/brgsa/model"
  }

  /// The folder for uploads, one for each user. It is not in `/tmp`, because `/tmp` is often in
  /// memory and too small for large uploads.
  static var spool: String { "/var/tmp/brgsa-spool-\(getuid())" }

  /// The folder of data that survives a restart. In a checkout it is the checkout's folder `data`.
  /// Otherwise it is the system's folder for root, and the user's own folder for other users.
  ///
  /// - Source: the XDG Base Directory Specification. According to it, relative paths in variables are ignored.
  static var state: String {
    if let checkout { return "\(checkout)/data" }
    func folder(_ variable: String) -> String? {
      getenv(variable).map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    guard getuid() != 0 else { return "/var/lib/brgsa" }
    if let own = folder("XDG_STATE_HOME") { return "\(own)/brgsa" }
    return folder("HOME").map { "\($0)/.local/state/brgsa" } ?? "/var/lib/brgsa"
  }

  private static var checkout: String? {
    (ancestors(of: workingDirectory) + ancestors(of: executable)).first { folder in
      access("\(folder)/Package.swift", F_OK) == 0 && access("\(folder)/Sources/brgsa", F_OK) == 0
    }
  }

  /// The folder in which the program is installed: `/usr/local` if the program is `/usr/local/bin/brgsa`.
  private static var installation: String { ancestors(of: executable).dropFirst(2).first ?? "/usr" }

  private static var workingDirectory: String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    return getcwd(&buffer, buffer.count).map { String(cString: $0) } ?? "/"
  }

  private static var executable: String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    return count > 0
      ? String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self) : "/"
  }

  /// Returns `path` and all its parent folders except the root.
  private static func ancestors(of path: String) -> [String] {
    let parts = path.split(separator: "/")
    return (0..<parts.count).map { "/" + parts.dropLast($0).joined(separator: "/") }
  }
}
