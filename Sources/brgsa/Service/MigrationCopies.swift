import Logging
import Storage

/// The copies of a store's file from before its migrations. Their data cannot be erased record by record.
struct MigrationCopies {
  let store: String
  let logger: Logger

  /// Logs a warning for each copy.
  func report() {
    for copy in Store.migrationCopies(of: store) {
      logger.warning(
        "a copy from before a migration has stored data that deletions do not reach; remove it when the new version has proved itself",
        metadata: ["file": "\(copy.name)"])
    }
  }

  /// Removes the copies that were made before `seconds` since 1970. All their data is older than that.
  func remove(madeBefore seconds: Int) {
    do throws(StoreError) {
      let count = try Store.removeMigrationCopies(of: store, madeBefore: seconds)
      guard count > 0 else { return }
      logger.notice(
        "retention removed copies from before a migration", metadata: ["count": "\(count)"])
    } catch {
      logger.error("a copy cannot be removed", metadata: ["reason": "\(error)"])
    }
  }
}
