public import Files
import Formats
import Glibc

extension SeriesError: FromFileError {
  /// Converts the error of a file that could not be created, read or written.
  public init(_ error: FileError) {
    self = error.isFull ? .storageFull : .inputOutput(errno: error.errno)
  }
}

extension FileRegion {
  /// Opens a file in a folder.
  init(_ name: String, in folder: Int32) throws(SeriesError) {
    let file = try SeriesError.from(
      try OpenFile(name, O_RDONLY | O_NOFOLLOW, in: OpenFile(borrowing: folder)))
    self = try SeriesError.from(try file.region())
  }

  /// Reads at most `count` bytes, starting at `position`.
  func piece(at position: Int, count: Int) throws(SeriesError) -> [UInt8] {
    try SeriesError.from(try bytes(at: position, count: count))
  }
}

extension [UInt8] {
  /// Reads a little-endian 2-byte number. The result is 0 beyond the end of the array.
  func littleEndian16(at place: Int) -> Int { Int(littleEndian(UInt16.self, at: place)) }

  /// Reads a little-endian 4-byte number. The result is 0 beyond the end of the array.
  func littleEndian32(at place: Int) -> Int { Int(littleEndian(UInt32.self, at: place)) }
}
