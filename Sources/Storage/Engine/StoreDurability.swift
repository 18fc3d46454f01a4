/// The failures that an acknowledged write survives, according to the settings of the database server.
public struct StoreDurability: Sendable, Equatable {
  /// Where a write is stored when it is acknowledged.
  public enum Level: String, Sendable, CaseIterable {
    /// On the disk of one server. If this server is lost, the write may be lost.
    case primary
    /// On the disks of the primary and of at least one standby.
    case quorum
  }

  /// Where a write is stored when it is acknowledged.
  public let level: Level
  /// The names of the settings that protect the server's files and are off: `fsync`, `full_page_writes`. If the list is
  /// not empty, a crash of the server's machine may lose or damage all data.
  public let settingsOff: [String]
}
