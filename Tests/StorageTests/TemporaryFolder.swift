import Glibc
import Storage
import TestSupport
import Testing

/// A folder that goes with the value.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/brgsa-store-XXXXXX".utf8CString)
    let made = try #require(mkdtemp(&template))
    path = String(cString: made)
  }

  deinit {
    for name in names { unlink("\(path)/\(name)") }
    rmdir(path)
  }

  /// Where tests put their store.
  var store: String { "\(path)/store.db" }

  /// The names of the files.
  var names: [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      // In place: a copy would read 256 bytes, but an entry ends with its name.
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The bytes of a file.
  func bytes(_ name: String) throws -> [UInt8] {
    let descriptor = open("\(path)/\(name)", O_RDONLY | O_CLOEXEC)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var status = stat()
    try #require(fstat(descriptor, &status) == 0)
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    let count = read(descriptor, &bytes, bytes.count)
    return Array(bytes.prefix(max(count, 0)))
  }

  /// Writes a file.
  func write(_ bytes: [UInt8], to name: String) throws {
    let descriptor = open("\(path)/\(name)", O_WRONLY | O_CLOEXEC | O_CREAT | O_TRUNC, 0o600)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    try #require(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
  }

  /// Copies what a process that is killed now would leave behind.
  func copyOfStore() throws -> TemporaryFolder {
    let copy = try TemporaryFolder()
    for name in names where !name.hasSuffix(".lock") { try copy.write(bytes(name), to: name) }
    return copy
  }
}

/// Where a store lives.
enum Place: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case file
  case memory
  case postgres

  var testDescription: String { rawValue }

  /// Runs a test on a new store.
  func withStore(_ body: (Store) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    let path =
      switch self {
      case .file: folder.store
      case .memory: ":memory:"
      case .postgres: try PostgresServer.newAddress()
      }
    let store = try Store(path: path)
    try await body(store)
    store.close()
  }
}
