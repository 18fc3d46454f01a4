import Files
import Glibc

/// A new file in a folder of ours, written from start to end.
struct FreshFile {
  let file: OpenFile

  /// - Throws: ``SeriesError/storageFull``, ``SeriesError/inputOutput(errno:)``.
  init(folder: Int32, name: String) throws(SeriesError) {
    let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW
    file = try SeriesError.from(try OpenFile(name, flags, in: OpenFile(borrowing: folder)))
  }

  /// Writes to an open, empty file, under another descriptor.
  ///
  /// - Throws: ``SeriesError/inputOutput(errno:)``.
  init(copyOf other: Int32) throws(SeriesError) {
    file = try SeriesError.from(try OpenFile(copyOf: other))
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws(SeriesError) {
    try SeriesError.from(try file.write(bytes))
  }

  func append(_ bytes: [UInt8]) throws(SeriesError) { try SeriesError.from(try file.write(bytes)) }
}
