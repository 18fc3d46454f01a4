import Files
import Glibc
import Testing

@Suite("Regions of files")
struct RegionTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func file() throws -> OpenFile {
    let file = try OpenFile("\(folder.path)/file", O_RDWR | O_CREAT)
    try file.write(Array(0..<100))
    return file
  }

  @Test("Positions count from the region's start, and reading ends at its end")
  func bounds() throws {
    let file = try file()
    let region = FileRegion(file, byteCount: 10, offset: 20)
    #expect(try region.bytes() == Array(20..<30))
    #expect(try region.bytes(at: 8, count: 50) == [28, 29])
    #expect(try region.bytes(at: 10, count: 1) == [])
    #expect(try region.bytes(at: -1, count: 1) == [])
    #expect(try region.bytes(at: 3, count: -1) == [])
    var buffer = [UInt8](repeating: 0, count: 4)
    #expect(try buffer.withUnsafeMutableBytes { try region.read(into: $0, at: 7) } == 3)
    #expect(buffer == [27, 28, 29, 0])
    #expect(try buffer.withUnsafeMutableBytes { try region.read(into: $0, at: 11) } == 0)
  }

  @Test("A file that is shorter than its region fails")
  func cutFile() throws {
    let file = try file()
    let region = try file.region()
    try file.truncate(to: 50)
    #expect(try region.bytes(at: 40, count: 10) == Array(40..<50))
    #expect(throws: FileError(errno: EIO)) { try region.bytes(at: 40, count: 11) }
    #expect(throws: FileError(errno: EIO)) { try region.bytes() }
    var buffer = [UInt8](repeating: 0, count: 60)
    #expect(throws: FileError(errno: EIO)) {
      try buffer.withUnsafeMutableBytes { try region.read(into: $0, at: 0) }
    }
  }

  @Test("Lines come one by one, across pieces, and the last one may lack its end")
  func lines() throws {
    let path = "\(folder.path)/lines"
    let long = [UInt8](repeating: UInt8(ascii: "x"), count: 600_000)
    try AtomicFile.write(Array("a\n\n".utf8) + long + Array("\nend".utf8), to: path)
    var lines = FileLines(try OpenFile(path), limit: 1 << 20)
    var found: [(count: Int, isWhole: Bool)] = []
    while let line = try lines.next() { found.append((line.bytes.count, line.isWhole)) }
    #expect(found.map(\.count) == [1, 0, 600_000, 3])
    #expect(found.map(\.isWhole) == [true, true, true, false])
    #expect(try lines.next() == nil)
  }

  @Test("A line beyond the limit is not whole")
  func longLine() throws {
    let path = "\(folder.path)/lines"
    try AtomicFile.write([UInt8](repeating: 1, count: 1 << 20), to: path)
    var lines = FileLines(try OpenFile(path), limit: 1000)
    let line = try #require(try lines.next())
    #expect(line.bytes.count > 1000 && !line.isWhole)
  }
}
