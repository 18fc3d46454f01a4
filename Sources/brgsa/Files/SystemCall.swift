import Glibc

/// System calls that a signal may interrupt.
enum SystemCall {
  /// The result of a call that returns a negative number on failure, made again as long as a signal interrupts it.
  static func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
      let result = call()
      if result >= 0 || errno != EINTR { return result }
    }
  }

  /// Brings a folder's list of names to the disk.
  ///
  /// - Parameter path: A file in the folder.
  /// - Returns: 0, or the `errno` that stopped it.
  static func synchronizeFolder(of path: String) -> Int32 {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let descriptor = retrying { open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard descriptor >= 0 else { return errno }
    defer { close(descriptor) }
    // Some file systems have no such call for folders.
    guard retrying({ fsync(descriptor) }) == 0 || errno == EINVAL else { return errno }
    return 0
  }
}
