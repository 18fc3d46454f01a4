internal import Files
internal import Hashing
package import Inference

/// A file from the command line, open for reading.
package final class InputFile: Sendable {
  package let path: String
  private let region: FileRegion

  package var fileDescriptor: Int32 { region.file.descriptor }
  package var byteCount: Int { region.byteCount }

  /// Opens the file.
  ///
  /// - Throws: `CommandFailure`.
  package init(path: String) throws {
    self.path = path
    do throws(FileError) {
      region = try OpenFile(regular: path).region()
    } catch {
      throw CommandFailure(
        "\(path): \(error == .notRegular ? "is not a regular file" : "\(error)")", .noInput)
    }
  }

  /// True if `other` is a path of the same file.
  package func isAlso(_ other: String) -> Bool {
    guard let mine = try? region.file.status(), let others = try? FileStatus(of: other) else {
      return false
    }
    return mine.identity == others.identity
  }

  /// Returns `count` bytes, starting at `offset`. Returns fewer bytes at the end of the file.
  ///
  /// - Throws: `CommandFailure`.
  package func bytes(at offset: Int, count: Int) throws -> [UInt8] {
    do throws(FileError) {
      return try region.bytes(at: offset, count: count)
    } catch {
      throw CommandFailure("\(path): cannot be read", .noInput)
    }
  }

  /// Returns the file as a volume. As for an upload, the volume's identifier is the SHA-256 of the file.
  package func source() throws -> VolumeSource {
    var hash = SHA256()
    var offset = 0
    while offset < byteCount {
      let piece = try bytes(at: offset, count: 1 << 20)
      hash.update(data: piece)
      offset += piece.count
    }
    return VolumeSource(
      fileDescriptor: fileDescriptor, byteCount: byteCount, sha256: hash.finalize(), owner: self)
  }
}
