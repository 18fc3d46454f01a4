import Foundation
import Glibc
import StrictJSON
import TestSupport
import Testing

extension RunningService {
  /// Sends JSON.
  func send(_ method: String, _ target: String, _ body: String) async throws -> RawAnswer {
    try await answer(method, target, type: "application/json", body: Array(body.utf8))
  }

  /// Keeps a volume.
  func keep(_ volume: [UInt8], headers: [String] = []) async throws -> RawAnswer {
    try await answer(
      "POST", "/v1/volumes", type: "application/octet-stream", body: volume, headers: headers)
  }

  /// The ids of the kept volumes, newest first.
  func volumeIDs() async throws -> [String] {
    try await answer("GET", "/v1/volumes").json["volumes"]?.elements.compactMap { $0["id"]?.text }
      ?? []
  }
}

/// A folder that is gone when the test is.
final class ArchiveFolder: Sendable {
  let path = "/tmp/brgsa-test-archive-\(UUID().uuidString)"
  var store: String { "\(path)/brgsa.sqlite" }

  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// All bytes of all files.
  var bytes: Data {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.reduce(into: Data()) { all, name in
      all += FileManager.default.contents(atPath: "\(path)/\(name)") ?? Data()
    }
  }
}
