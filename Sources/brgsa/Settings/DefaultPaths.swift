import Files
import Glibc

/// The default paths of files and folders.
enum DefaultPaths {
  /// The model folder. In a checkout, or if the program was built in one, this is its `Models/phantom`. Otherwise it is
  /// the installed model.
  static var model: String {
    if let checkout { return "\(checkout)/Models/phantom" }
    return "\(installation)/share/brgsa/model"
  }

  /// The user's folder for uploads in progress. It is not in `/tmp`, which is often in memory and too small for large
  /// uploads.
  static var spool: String { "/var/tmp/brgsa-spool-\(getuid())" }

  /// The folder for data that survives a restart. In a checkout, this is its folder `data`. Otherwise root uses the
  /// system's folder, and other users use their own.
  ///
  /// - Source: the XDG Base Directory Specification, which requires relative paths in variables to be ignored.
  static var state: String {
    if let checkout { return "\(checkout)/data" }
    func folder(_ variable: String) -> String? {
      getenv(variable).map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    guard getuid() != 0 else { return "/var/lib/brgsa" }
    if let own = folder("XDG_STATE_HOME") { return "\(own)/brgsa" }
    return folder("HOME").map { "\($0)/.local/state/brgsa" } ?? "/var/lib/brgsa"
  }

  /// Creates the folder of the default store with its parents, if `store` is in it. A new user's home has none of them.
  /// The folders of other stores are not created, because their paths may be mistyped.
  ///
  /// - Throws: ``FileError``.
  static func createFolder(of store: String) throws(FileError) {
    let state = state
    if FileSystem.folder(of: store) == state { try FileSystem.createFolders(state) }
  }

  private static var checkout: String? {
    (ancestors(of: workingDirectory) + ancestors(of: executable)).first { folder in
      access("\(folder)/Package.swift", F_OK) == 0 && access("\(folder)/Sources/brgsa", F_OK) == 0
    }
  }

  /// The prefix where the program is installed, such as `/usr/local` for `/usr/local/bin/brgsa`.
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

  /// Returns `path` and all its parent folders, except the root.
  private static func ancestors(of path: String) -> [String] {
    let parts = path.split(separator: "/")
    return (0..<parts.count).map { "/" + parts.dropLast($0).joined(separator: "/") }
  }
}
