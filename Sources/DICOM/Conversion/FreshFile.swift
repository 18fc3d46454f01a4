import Files
import Glibc

/// A new file in a work folder, written from start to end.
struct FreshFile {
  let file: OpenFile
}

extension FreshFile {
  /// - Throws: ``SeriesError/storageFull``, ``SeriesError/inputOutput(errno:)``.
  init(folder: Int32, name: String) throws(SeriesError) {
    let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW
    self.init(
      file: try SeriesError.from(try OpenFile(name, flags, in: OpenFile(borrowing: folder))))
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws(SeriesError) {
    try SeriesError.from(try file.write(bytes))
  }

  /// Appends words in the processor's order, which is little endian on all platforms of the service.
  func append(_ words: [UInt16]) throws(SeriesError) {
    try words.withUnsafeBufferPointer { words throws(SeriesError) in
      try append(UnsafeRawBufferPointer(words))
    }
  }

  func append(_ bytes: [UInt8]) throws(SeriesError) { try SeriesError.from(try file.write(bytes)) }
}
