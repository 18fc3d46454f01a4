/// What an acknowledged write survives, according to the settings of the database server.
public struct StoreDurability: Sendable, Equatable {
  /// Where a write is when it is acknowledged.
  public enum Level: String, Sendable, CaseIterable {
    /// On the disk of one server. The loss of this server may lose the write.
    case primary
    /// On the disks of the primary and of at least one standby.
    case quorum
  }

  /// Where a write is when it is acknowledged.
  public let level: Level
  /// The settings that protect the server's files and are off: `fsync` and `full_page_writes`. If there is one, a crash
  /// of the server's machine may lose or damage everything.
  public let settingsOff: [String]
}
