import CommandLineSupport
import Files
import Formats
import Glibc
import Hashing
import Storage

extension Settings {
  /// The path from which the paths of a store's other files are derived, such as the record of crashes; nil for a store
  /// in memory.
  ///
  /// For a database on a server, this is an empty local file whose name is derived from the database's address.
  func storeFile() throws(CommandFailure) -> String? {
    let store = self.store
    if store == ":memory:" { return nil }
    guard Store.isAddress(store) else { return store }
    let digest = hexadecimal(SHA256.hash(data: Array(store.utf8)).prefix(8))
    let path = "\(DefaultPaths.state)/postgresql-\(digest)"
    do throws(FileError) {
      try FileSystem.createFolders(DefaultPaths.state)
      _ = try OpenFile(path, O_WRONLY | O_CREAT | O_NOFOLLOW)
    } catch {
      throw .configuration("\(path): \(FileError.words(for: error.errno))")
    }
    return path
  }
}
