import Foundation
import Glibc
import TestSupport

/// A new PostgreSQL database for several services.
final class Replicas: Sendable {
  let address: String

  init() throws { address = try PostgresServer.newAddress() }

  /// Removes the files that services keep on this machine for the database.
  deinit {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let folder = root.appending(path: "data").path
    let digest = ModelDigest.sha256(Array(address.utf8)).prefix(16)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where name.hasPrefix("postgresql-\(digest)") {
      try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    }
    rmdir(folder)
  }

  /// Starts a service that uses the database.
  func service(_ arguments: [String] = []) async throws -> RunningService {
    try await RunningService(arguments, store: address)
  }
}
