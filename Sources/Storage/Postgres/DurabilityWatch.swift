import Synchronization

/// Reads the server's durability settings after each connection, and then every few seconds, because an operator may
/// change them while the service runs.
final class DurabilityWatch: Sendable {
  private struct State {
    var durability: StoreDurability?
    var lastLook: ContinuousClock.Instant?
  }

  private let state = Mutex(State())

  /// The time between two reads of the settings.
  static let interval = Duration.seconds(4)

  /// The failures that a commit survives; nil before the settings were first read.
  var durability: StoreDurability? { state.withLock(\.durability) }

  /// Returns whether the settings must be read again. If so, they are next due one interval later.
  func isDue(at now: ContinuousClock.Instant = .now) -> Bool {
    state.withLock { state in
      if let last = state.lastLook, last.duration(to: now) < Self.interval { return false }
      state.lastLook = now
      return true
    }
  }

  /// Reads the settings in a session that writes.
  ///
  /// If `synchronous_commit` is off, the server acknowledges a commit before it is on any disk. The store promises that
  /// an acknowledged write is on a disk, so this function sets `local` for the session.
  func look(_ database: any StoreConnection) throws {
    try database.run(
      """
      SELECT set_config('synchronous_commit', 'local', false)
      WHERE current_setting('synchronous_commit') = 'off'
      """)
    let names = [
      "synchronous_standby_names", "synchronous_commit", "fsync", "full_page_writes",
    ]
    let list = names.map { "current_setting('\($0)')" }.joined(separator: ", ")
    let values = try database.firstRow("SELECT \(list)") { row in
      names.indices.map { row.text(Int32(truncatingIfNeeded: $0)) ?? "" }
    }
    guard let values else { return }
    let found = StoreDurability(
      standbyNames: values[0], commit: values[1],
      settingsOff: zip(names, values).dropFirst(2).filter { $1 == "off" }.map(\.0))
    state.withLock { $0.durability = found }
  }
}

extension StoreDurability {
  /// Derives the durability from the server's settings.
  ///
  /// - Parameters:
  ///   - standbyNames: The server's `synchronous_standby_names`.
  ///   - commit: The session's `synchronous_commit`. The value `remote_write` does not count as a quorum: a standby has
  ///     then received a commit but may not have it on its disk, so a power cut of both machines loses it.
  ///   - settingsOff: The names of the settings that protect the server's files and are off.
  init(standbyNames: String, commit: String, settingsOff: [String]) {
    let hasStandbys = standbyNames.contains { !$0.isWhitespace }
    level = hasStandbys && ["on", "remote_apply"].contains(commit) ? .quorum : .primary
    self.settingsOff = settingsOff
  }
}
