import Files
import Glibc
import Testing

@Suite("Files by their paths")
struct PathTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("A file is replaced whole, with its permissions, and no draft stays")
  func replaces() throws {
    let path = "\(folder.path)/file"
    try AtomicFile.write([1, 2, 3], to: path, mode: 0o600)
    try AtomicFile.write([4], to: path, mode: 0o640)
    #expect(try OpenFile(regular: path).region().bytes() == [4])
    #expect(try FileStatus(of: path).permissions == 0o640)
    #expect(try FileSystem.names(in: folder.path) == ["file"])
  }

  @Test("After a failure the old file is there and no draft is")
  func failsWhole() throws {
    let path = "\(folder.path)/file"
    try AtomicFile.write([1], to: path)
    do {
      let draft = try AtomicFile(path)
      try draft.file.write([2, 3])
      #expect(try FileSystem.names(in: folder.path).count == 2)
    }
    #expect(try FileSystem.names(in: folder.path) == ["file"])
    // A folder cannot be replaced by a file.
    mkdir("\(folder.path)/other", 0o700)
    #expect(throws: FileError(errno: EISDIR)) {
      try AtomicFile.write([1], to: "\(folder.path)/other")
    }
    #expect(throws: FileError(errno: ENOENT)) {
      try AtomicFile.write([1], to: "\(folder.path)/none/file")
    }
    #expect(try FileSystem.names(in: folder.path) == ["file", "other"])
    #expect(try OpenFile(regular: path).region().bytes() == [1])
  }

  @Test("A draft's name that is taken is refused, and its file stays")
  func takenDraft() throws {
    try AtomicFile.write([1], to: "\(folder.path)/draft")
    #expect(throws: FileError(errno: EEXIST)) {
      try AtomicFile("\(folder.path)/file", draft: "\(folder.path)/draft")
    }
    #expect(try FileSystem.names(in: folder.path) == ["draft"])
  }

  @Test("A folder's names come in order, each time again")
  func lists() throws {
    for name in ["b", "a", "ä", ".c", "a.b"] {
      try AtomicFile.write([], to: "\(folder.path)/\(name)")
    }
    let names = [".c", "a", "a.b", "b", "ä"]
    #expect(try FileSystem.names(in: folder.path) == names)
    let open = try OpenFile(folder: folder.path)
    #expect(try open.names() == names)
    try FileSystem.remove("\(folder.path)/b")
    #expect(try open.names() == names.filter { $0 != "b" })
    #expect(throws: FileError(errno: ENOENT)) { try FileSystem.names(in: "\(folder.path)/none") }
  }

  @Test("A file that is not there is removed without an error; a folder is not removed")
  func removes() throws {
    try FileSystem.remove("\(folder.path)/none")
    #expect(throws: FileError.self) { try FileSystem.remove(folder.path) }
  }

  @Test("Paths are divided into folder and name")
  func parts() {
    #expect(FileSystem.folder(of: "a/b/c") == "a/b")
    #expect(FileSystem.folder(of: "/a") == "/")
    #expect(FileSystem.folder(of: "a") == ".")
    #expect(FileSystem.name(of: "a/b/c") == "c")
    #expect(FileSystem.name(of: "a") == "a")
  }

  @Test("Two names of a file have one identity; a link has its own")
  func identities() throws {
    let path = "\(folder.path)/file"
    try AtomicFile.write([1, 2], to: path)
    try FileSystem.link(path, to: "\(path).second")
    symlink(path, "\(path).link")
    let status = try FileStatus(of: path)
    #expect(status.isRegular && !status.isFolder && !status.isLink)
    #expect(status.byteCount == 2 && status.nameCount == 2 && status.owner == geteuid())
    #expect(try FileStatus(of: "\(path).second").identity == status.identity)
    #expect(try FileStatus(of: "\(path).link").identity == status.identity)
    #expect(try FileStatus(of: "\(path).link", followsLink: false).isLink)
    let open = try OpenFile(folder: folder.path)
    #expect(try FileStatus(of: "file.link", in: open).isLink)
    #expect(
      try OpenFile("file", in: open).status().identity == status.identity)
  }

  @Test("A file system has space; a path that is not there has none")
  func space() throws {
    let space = try #require(FileSystem.space(of: folder.path))
    #expect(space.free <= space.size && space.size > 0)
    #expect(FileSystem.space(of: "\(folder.path)/none") == nil)
  }

  @Test("The system's own files are read whole although they have no length")
  func systemFiles() throws {
    #expect(try #require(FileSystem.systemText("/proc/self/stat")).hasSuffix("\n"))
    #expect(FileSystem.systemText("/proc/self/none") == nil)
  }
}
