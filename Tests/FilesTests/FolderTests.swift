import Files
import Glibc
import Testing

/// Folders with missing parents.
@Suite struct FolderTests {
  @Test func missingParentsAreMadeForTheirOwnerOnly() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/a/b/c"
    try FileSystem.createFolders(path)
    try FileSystem.createFolders(path)
    for part in ["a/b/c", "a/b", "a"] {
      let status = try FileStatus(of: "\(folder.path)/\(part)")
      #expect(status.isFolder && status.permissions == 0o700)
      rmdir("\(folder.path)/\(part)")
    }
  }

  @Test func aFileInTheWayIsRefused() throws {
    let folder = try TemporaryFolder()
    try FileSystem.create("\(folder.path)/file")
    #expect(throws: FileError(errno: ENOTDIR)) {
      try FileSystem.createFolders("\(folder.path)/file/a/b")
    }
    #expect(throws: FileError(errno: ENOENT)) { try FileSystem.createFolders("") }
  }
}
