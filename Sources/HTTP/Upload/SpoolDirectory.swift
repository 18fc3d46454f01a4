import Glibc

/// Checks of the directory for uploads.
enum SpoolDirectory {
  /// Requires a directory that only we may enter, and makes a file in it.
  ///
  /// - Throws: ``ServerError/spool(_:)``.
  static func check(_ path: String) throws(ServerError) {
    var status = stat()
    guard lstat(path, &status) == 0 else { throw .spool(.unreachable(errno: errno)) }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw .spool(.notADirectory) }
    guard status.st_uid == geteuid() else { throw .spool(.foreignOwner) }
    let permissions = status.st_mode & 0o777
    guard permissions & 0o077 == 0 else { throw .spool(.openToOthers(mode: permissions)) }
    do throws(SpoolError) {
      _ = try SpoolFile(directory: path, reserving: 0)
    } catch {
      switch error {
      case .full, .memory: throw .spool(.notWritable(errno: ENOSPC))
      case .failed(let code): throw .spool(.notWritable(errno: code))
      }
    }
  }
}
