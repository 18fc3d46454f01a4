import CommandLineSupport
import Files
import Formats
import Glibc
import Hashing
import Storage

extension Settings {
  /// The path to which suffixes are appended for the files that belong to a store on this machine, such as the record
  /// of crashes; nil for a store in memory.
  ///
  /// A database on a server has no file here. An empty file stands for it, whose name is derived from the address.
  func storeFile() throws(CommandFailure) -> String? {
    let store = self.store
    if store == ":memory:" { return nil }
    guard Store.isAddress(store) else { return store }
    let digest = hexadecimal(SHA256.hash(data: Array(store.utf8)).prefix(8))
    let path = "\(DefaultPaths.state)/postgresql-\(digest)"
    mkdir(DefaultPaths.state, 0o700)
    do throws(FileError) { _ = try OpenFile(path, O_WRONLY | O_CREAT | O_NOFOLLOW) } catch {
      throw .configuration("\(path): \(FileError.words(for: error.errno))")
    }
    return path
  }
}
