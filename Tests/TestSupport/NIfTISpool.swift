import Glibc

/// Bytes in an unlinked temporary file: what the service's spool hands to the reader.
public final class NIfTISpool: Sendable {
  /// Open for reading and writing until the object dies.
  public let fileDescriptor: Int32
  /// Length of the file.
  public let byteCount: Int

  /// Writes `bytes` and removes the name at once; -1 as descriptor when that failed.
  public init(_ bytes: [UInt8]) {
    var template = Array("/tmp/brgsa-volume-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    unlink(template)
    var done = 0
    while descriptor >= 0, done < bytes.count {
      let count = bytes[done...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { break }
      done += count
    }
    fileDescriptor = descriptor
    byteCount = done
  }

  /// All bytes that the file has now.
  public func contents() -> [UInt8] {
    let length = Int(lseek(fileDescriptor, 0, SEEK_END))
    var bytes = [UInt8](repeating: 0, count: max(length, 0))
    let count = bytes.withUnsafeMutableBytes {
      pread(fileDescriptor, $0.baseAddress, $0.count, 0)
    }
    return Array(bytes.prefix(max(count, 0)))
  }

  deinit { close(fileDescriptor) }
}
