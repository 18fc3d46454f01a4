internal import Glibc
public import StrictJSON

/// Why a fixture could not be used: the checkout is damaged or the disk is full.
public enum FixtureError: Error, Equatable, Sendable {
  /// A file or folder cannot be read or written; `errno` of the failed call.
  case inaccessible(path: String, errno: Int32)
  /// A file does not hold what the tests expect there.
  case malformed(String)
}

extension Fixtures {
  /// All bytes of fixture `name`.
  public static func bytes(_ name: String) throws(FixtureError) -> [UInt8] {
    try FixtureFile.read("\(directory)/\(name)")
  }

  /// Fixture `name` as JSON.
  public static func json(_ name: String) throws -> JSON { try JSON(parsing: bytes(name)) }

  /// The list `cases` of the JSON fixture `name`.
  public static func cases(_ name: String) throws -> [JSONObject] {
    guard case .object(let root) = try json(name), case .array(let cases)? = root["cases"] else {
      throw FixtureError.malformed(name)
    }
    return cases.compactMap { if case .object(let object) = $0 { object } else { nil } }
  }
}

/// Whole files, by their path.
public enum FixtureFile {
  /// All bytes of a file.
  public static func read(_ path: String) throws(FixtureError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .inaccessible(path: path, errno: errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      guard count >= 0 else { throw .inaccessible(path: path, errno: errno) }
      guard count > 0 else { return bytes }
      bytes += chunk.prefix(count)
    }
  }

  /// Makes or replaces a file.
  public static func write(_ bytes: [UInt8], to path: String) throws(FixtureError) {
    unlink(path)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .inaccessible(path: path, errno: errno) }
    defer { close(descriptor) }
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      guard count > 0 else { throw .inaccessible(path: path, errno: errno) }
      done += count
    }
  }
}
