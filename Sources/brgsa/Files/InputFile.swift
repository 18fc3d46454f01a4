import ArgumentParser
import Glibc
import Hashing
import Inference

/// A file named on the command line.
final class InputFile: Sendable {
  let path: String
  let fileDescriptor: Int32
  let byteCount: Int

  /// - Throws: `ExitCode.noInput`, after saying why.
  init(path: String) throws {
    self.path = path
    fileDescriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard fileDescriptor >= 0 else {
      Console.complain("\(path): \(String(cString: strerror(errno)))")
      throw ExitCode.noInput
    }
    var status = stat()
    guard fstat(fileDescriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(fileDescriptor)
      Console.complain("\(path): is not a regular file")
      throw ExitCode.noInput
    }
    byteCount = Int(status.st_size)
  }

  deinit { close(fileDescriptor) }

  /// Whether `other` names the same file.
  func isAlso(_ other: String) -> Bool {
    var mine = stat()
    var others = stat()
    guard fstat(fileDescriptor, &mine) == 0, stat(other, &others) == 0 else { return false }
    return mine.st_dev == others.st_dev && mine.st_ino == others.st_ino
  }

  /// Bytes from a place before the end on: at least one, at most `count`.
  ///
  /// - Throws: `ExitCode.noInput`, after saying so.
  func bytes(at offset: Int, count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: min(count, byteCount - offset))
    var found = pread(fileDescriptor, &bytes, bytes.count, off_t(offset))
    while found < 0 && errno == EINTR {
      found = pread(fileDescriptor, &bytes, bytes.count, off_t(offset))
    }
    guard found > 0 || byteCount == 0 else {
      Console.complain("\(path): cannot be read")
      throw ExitCode.noInput
    }
    return Array(bytes.prefix(found))
  }

  /// This file as a volume, identified by the digest of its bytes as an upload would be.
  func source() throws -> VolumeSource {
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
