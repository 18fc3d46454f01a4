import Synchronization

/// Reads from the server what a commit is worth: after each connection, and then every half minute.
final class DurabilityWatch: Sendable {
  private struct State {
    var durability: StoreDurability?
    var lastLook: ContinuousClock.Instant?
  }

  private let state = Mutex(State())

  /// The time after which the settings are read again.
  static let interval = Duration.seconds(30)

  /// What a commit is worth; nil before the first look.
  var durability: StoreDurability? { state.withLock(\.durability) }

  /// Whether it is time to look. If so, the next time is an interval later.
  func isDue(at now: ContinuousClock.Instant = .now) -> Bool {
    state.withLock { state in
      if let last = state.lastLook, last.duration(to: now) < Self.interval { return false }
      state.lastLook = now
      return true
    }
  }

  /// Reads the settings of a session that writes.
  ///
  /// A server with `synchronous_commit` off acknowledges a commit before it is on any disk. The session then uses
  /// `local`, because the store promises that an acknowledged write is on a disk.
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
  /// - Parameters:
  ///   - standbyNames: The server's `synchronous_standby_names`.
  ///   - commit: The session's `synchronous_commit`. With `remote_write` a standby has received a commit, but may not
  ///     have it on its disk, so a power cut of both machines loses it. It does not count as a quorum.
  init(standbyNames: String, commit: String, settingsOff: [String]) {
    let hasStandbys = standbyNames.contains { !$0.isWhitespace }
    level = hasStandbys && ["on", "remote_apply"].contains(commit) ? .quorum : .primary
    self.settingsOff = settingsOff
  }
}
