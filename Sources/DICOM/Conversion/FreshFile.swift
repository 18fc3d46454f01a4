import Files
import Glibc

/// A new file in a work folder. It is written sequentially.
struct FreshFile {
  let file: OpenFile
}

extension FreshFile {
  /// Creates the file, which must not exist yet.
  ///
  /// - Throws: ``SeriesError/storageFull`` or ``SeriesError/inputOutput(errno:)``.
  init(folder: Int32, name: String) throws(SeriesError) {
    let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW
    self.init(
      file: try SeriesError.from(try OpenFile(name, flags, in: OpenFile(borrowing: folder))))
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws(SeriesError) {
    try SeriesError.from(try file.write(bytes))
  }

  /// Appends 16-bit words in the processor's byte order, which is little endian on all platforms of the service.
  func append(_ words: [UInt16]) throws(SeriesError) {
    try words.withUnsafeBufferPointer { words throws(SeriesError) in
      try append(UnsafeRawBufferPointer(words))
    }
  }

  func append(_ bytes: [UInt8]) throws(SeriesError) { try SeriesError.from(try file.write(bytes)) }
}
