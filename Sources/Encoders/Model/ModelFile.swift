internal import Files
internal import Formats
internal import Glibc
internal import Hashing

/// An open file of a model directory.
///
/// The file is read, not memory-mapped: a running server would crash if a mapped file shrank.
final class ModelFile {
  let name: String
  let byteCount: Int
  private let file: OpenFile
  private let region: FileRegion

  /// - Parameter limit: The maximum size in bytes. A larger file is refused without being read.
  init(directory: String, name: String, limit: Int = .max) throws(ModelError) {
    self.name = name
    do throws(FileError) {
      file = try OpenFile(regular: "\(directory)/\(name)")
      region = try file.region()
    } catch {
      throw .unreadable(file: name, errno: error.errno)
    }
    byteCount = region.byteCount
    guard byteCount <= limit else {
      throw .tooLarge(file: name, bytes: byteCount, limit: limit)
    }
  }

  /// Fills `destination` with the bytes that start at `offset`. Throws an error if the file ends earlier.
  func read(into destination: UnsafeMutableRawBufferPointer, at offset: Int) throws(ModelError) {
    do throws(FileError) {
      guard try region.read(into: destination, at: offset) == destination.count else {
        throw FileError(errno: EIO)
      }
    } catch {
      throw .unreadable(file: name, errno: error.errno)
    }
  }

  /// Returns the bytes of the whole file.
  func contents() throws(ModelError) -> [UInt8] { try bytes(at: 0, count: byteCount) }

  func bytes(at offset: Int, count: Int) throws(ModelError) -> [UInt8] {
    do throws(FileError) {
      let bytes = try region.bytes(at: offset, count: count)
      guard bytes.count == count else { throw FileError(errno: EIO) }
      return bytes
    } catch {
      throw .unreadable(file: name, errno: error.errno)
    }
  }

  /// Returns the SHA-256 of the whole file in hexadecimal.
  func digest() throws(ModelError) -> String {
    var hash = SHA256()
    for offset in stride(from: 0, to: byteCount, by: Self.chunk) {
      hash.update(data: try bytes(at: offset, count: min(Self.chunk, byteCount - offset)))
    }
    return hexadecimal(hash.finalize())
  }

  private static let chunk = 4 << 20
}
