internal import Glibc
internal import Hashing

/// A file of a model directory, open for reading. It is read, never mapped: a file that shrinks
/// must not kill a running server.
final class ModelFile {
  let name: String
  let byteCount: Int
  private let descriptor: Int32

  /// - Parameter limit: Most bytes of the file; larger files are refused unread.
  init(directory: String, name: String, limit: Int = .max) throws(ModelError) {
    self.name = name
    descriptor = open("\(directory)/\(name)", O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .unreadable(file: name, errno: errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw .unreadable(file: name, errno: code)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .unreadable(file: name, errno: EINVAL)
    }
    byteCount = Int(status.st_size)
    guard byteCount <= limit else {
      throw .tooLarge(file: name, bytes: byteCount, limit: limit)
    }
  }

  deinit { close(descriptor) }

  /// Fills `destination` from `offset`; fewer bytes are an error.
  func read(into destination: UnsafeMutableRawBufferPointer, at offset: Int) throws(ModelError) {
    var done = 0
    while done < destination.count {
      let got = pread(
        descriptor, destination.baseAddress.map { $0 + done }, destination.count - done,
        off_t(offset + done))
      if got < 0, errno == EINTR { continue }
      guard got > 0 else { throw .unreadable(file: name, errno: got < 0 ? errno : EIO) }
      done += got
    }
  }

  /// The whole file.
  func contents() throws(ModelError) -> [UInt8] { try bytes(at: 0, count: byteCount) }

  func bytes(at offset: Int, count: Int) throws(ModelError) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: count)
    do {
      try result.withUnsafeMutableBytes { try read(into: $0, at: offset) }
    } catch let error as ModelError {
      throw error
    } catch {
      throw .unreadable(file: name, errno: EIO)
    }
    return result
  }

  /// SHA-256 of the whole file in hexadecimal.
  func digest() throws(ModelError) -> String {
    var hash = SHA256()
    for offset in stride(from: 0, to: byteCount, by: Self.chunk) {
      hash.update(data: try bytes(at: offset, count: min(Self.chunk, byteCount - offset)))
    }
    return hexadecimal(hash.finalize())
  }

  private static let chunk = 4 << 20
}

func systemMessage(_ code: Int32) -> String { String(cString: strerror(code)) }
