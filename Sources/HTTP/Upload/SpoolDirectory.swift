import Files
import Glibc

/// Checks the directory that stores uploads.
enum SpoolDirectory {
  /// Checks that no other user can access the directory, and that a file can be created in it.
  ///
  /// - Throws: ``ServerError/spool(_:)``.
  static func check(_ path: String) throws(ServerError) {
    let status: FileStatus
    do throws(FileError) {
      status = try FileStatus(of: path, followsLink: false)
    } catch {
      throw .spool(.unreachable(errno: error.errno))
    }
    guard status.isFolder else { throw .spool(.notADirectory) }
    guard status.owner == geteuid() else { throw .spool(.foreignOwner) }
    let permissions = status.permissions
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
