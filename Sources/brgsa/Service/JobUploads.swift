import API
import CommandLineSupport
import Files
import Glibc
import HTTP
import Inference
import Storage

extension Settings {
  /// Returns the place for uploads of waiting jobs.
  ///
  /// - Parameter storeFile: The store's file on this machine; nil for a store in memory.
  func uploads(_ store: Store?, _ storeFile: String?) -> any UploadVault {
    guard let store, store.canStoreUploads else {
      return StoredUploads(directory: self.spool, store: storeFile)
    }
    let shared = self.sharedUploads
    return shared.isEmpty
      ? DatabaseUploads(store, spool: self.spool) : SharedUploads(folder: shared)
  }

  /// Refuses a folder for uploads that is missing, or that the store cannot use.
  func requireSharedUploads() throws(CommandFailure) {
    let folder = self.sharedUploads
    guard !folder.isEmpty else { return }
    let name = Settings.table.sharedUploads.name
    guard self.persist != Persistence.none.rawValue, Store.isAddress(self.store) else {
      throw .configuration("\(name): only services with a PostgreSQL store use it")
    }
    guard (try? FileStatus(of: folder))?.isFolder == true,
      access(folder, R_OK | W_OK | X_OK) == 0
    else { throw .configuration("\(name): \(folder): is not a folder that is writable") }
  }
}
