import Files
import Glibc
import Testing

@Suite("Open files")
struct OpenFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("A pipe that gives its bytes in pieces fills the whole buffer")
  func readsAcrossPieces() throws {
    let (reader, writer) = try pipe()
    let thread = Thread {
      for piece in 0..<5 {
        try? writer.write([UInt8](repeating: UInt8(piece), count: 100))
        usleep(2000)
      }
    }
    #expect(try reader.bytes(count: 450).count == 450)
    thread.join()
    #expect(try reader.bytes(count: 50) == [UInt8](repeating: 4, count: 50))
  }

  @Test("At the end of a pipe or a file there are fewer bytes")
  func endsEarly() throws {
    var (reader, writer): (OpenFile, OpenFile?) = try pipe()
    try writer?.write([1, 2, 3])
    writer = nil
    #expect(try reader.bytes(count: 1 << 20) == [1, 2, 3])
    #expect(try reader.bytes(count: 1) == [])
    try AtomicFile.write([1, 2, 3], to: "\(folder.path)/file")
    reader = try OpenFile("\(folder.path)/file")
    #expect(try reader.bytes(at: 1, count: 9) == [2, 3])
    #expect(try reader.bytes(at: 7, count: 9) == [])
    #expect(try reader.bytes(at: 0, count: 0) == [])
  }

  @Test("A read at an offset leaves the descriptor's position")
  func positions() throws {
    let file = try OpenFile("\(folder.path)/file", O_RDWR | O_CREAT | O_EXCL)
    try file.write([1, 2, 3])
    #expect(try file.bytes(at: 0, count: 3) == [1, 2, 3])
    try file.write([9], at: 1)
    try file.write([4])
    #expect(try file.bytes(at: 0, count: 9) == [1, 9, 3, 4])
  }

  @Test("A signal that interrupts a read does not end it")
  func interrupted() throws {
    // Without SA_RESTART, so that the call ends with EINTR.
    var (action, old) = (sigaction(), sigaction())
    action.__sigaction_handler.sa_handler = { _ in }
    sigaction(SIGUSR1, &action, &old)
    defer { sigaction(SIGUSR1, &old, nil) }
    let (reader, writer) = try pipe()
    let me = pthread_self()
    let thread = Thread {
      for _ in 0..<20 {
        usleep(1000)
        pthread_kill(me, SIGUSR1)
      }
      try? writer.write([7])
    }
    #expect(try reader.bytes(count: 1) == [7])
    thread.join()
  }

  @Test("A failed call throws its errno, without a repeat")
  func failures() {
    var calls = 0
    #expect(throws: FileError(errno: EACCES)) {
      try retrying {
        calls += 1
        errno = calls < 3 ? EINTR : EACCES
        return Int32(-1)
      }
    }
    #expect(calls == 3)
    #expect(throws: FileError(errno: EBADF)) { try OpenFile(borrowing: -1).bytes(count: 1) }
    #expect(throws: FileError(errno: EBADF)) { try OpenFile(borrowing: -1).write([1]) }
    #expect(throws: FileError(errno: ENOENT)) { try OpenFile("\(folder.path)/none") }
    #expect(FileError(errno: ENOENT).description == "No such file or directory")
    #expect(FileError(errno: ENOSPC).isFull && FileError(errno: EDQUOT).isFull)
  }

  @Test("A write to a full device fails with its errno")
  func fullDevice() throws {
    let full = try OpenFile("/dev/full", O_WRONLY)
    #expect(throws: FileError(errno: ENOSPC)) { try full.write([1]) }
  }

  @Test("A file is copied whole, and one that is too short is not")
  func copies() throws {
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    try AtomicFile.write(bytes, to: "\(folder.path)/source")
    let source = try OpenFile("\(folder.path)/source")
    let target = try OpenFile("\(folder.path)/target", O_RDWR | O_CREAT)
    try source.copy(bytes.count, to: target)
    #expect(try target.region().bytes() == bytes)
    #expect(throws: FileError(errno: EIO)) {
      try source.copy(bytes.count + 1, to: target)
    }
  }

  @Test("Only regular files are opened as such, without waiting")
  func regularFiles() throws {
    mkfifo("\(folder.path)/pipe", 0o600)
    for path in ["\(folder.path)/pipe", folder.path, "/dev/null"] {
      #expect(throws: FileError.notRegular) { try OpenFile(regular: path) }
    }
    #expect(throws: FileError(errno: ENOTDIR)) { try OpenFile(folder: "/dev/null") }
  }

  @Test("One opening of a file holds its lock")
  func locks() throws {
    let first = try OpenFile("\(folder.path)/lock", O_RDWR | O_CREAT)
    try first.lock()
    let second = try OpenFile("\(folder.path)/lock", O_RDWR)
    #expect(throws: FileError(errno: EWOULDBLOCK)) { try second.lock() }
  }

  @Test("A released lock is free although a program that is starting still has the descriptor")
  func releasedLock() throws {
    let path = "\(folder.path)/lock"
    var first: OpenFile? = try OpenFile(path, O_RDWR | O_CREAT)
    var lock = try first?.locked()
    let copy = dup(try #require(first?.descriptor))
    defer { close(copy) }
    first = nil
    #expect(throws: FileError(errno: EWOULDBLOCK)) { try OpenFile(path, O_RDWR).lock() }
    #expect(lock != nil)
    lock = nil
    try OpenFile(path, O_RDWR).lock()
  }

  private func pipe() throws -> (OpenFile, OpenFile) {
    var ends: [Int32] = [-1, -1]
    try retrying { Glibc.pipe(&ends) }
    return (OpenFile(owning: ends[0]), OpenFile(owning: ends[1]))
  }
}
