internal import Files
internal import Glibc
package import Storage

extension Store {
  /// Opens the store at `path`, or creates it.
  ///
  /// - Throws: ``CommandFailure``.
  package static func opened(
    _ path: String, _ limits: StoreLimits = StoreLimits()
  ) throws(CommandFailure) -> Store {
    do throws(StoreError) {
      // Any number of processes can use a PostgreSQL database at the same time.
      return try Store(path: path, limits: limits, isShared: true)
    } catch {
      throw CommandFailure(opening: error, store: path)
    }
  }
}

extension CommandFailure {
  /// Makes the failure for a store that cannot be opened.
  package init(opening error: StoreError, store path: String) {
    // These errors may be temporary. The exit code allows a supervisor to try again.
    let isPassing = error == .inUse || error == .unreachable
    self.init(error, store: path, isPassing ? .unavailable : .configuration)
  }
}

extension StoreError {
  /// The message for the operator.
  package var message: String {
    switch self {
    case .inUse: "another process has it open; use that service, or stop it first"
    case .newerSchema(let found, let known):
      "was written by a later version (\(found) migrations; this one knows \(known)); nothing was changed"
    case .foreign: "is a database of another program; nothing was changed"
    case .file(let code): FileError.words(for: code)
    case .readOnly: "it or its folder is not writable"
    case .full: "the disk is full"
    case .copyNeedsSpace(let bytes):
      "must be migrated, and the disk has no space for a copy of \(bytes) bytes, which is made first; nothing was changed"
    case .lowSpace: "the disk is nearly full"
    case .quota(let bytes): "diagnoses have reached their limit of \(bytes) bytes"
    case .linked:
      "has a second hard link, through which another service could open it; remove that link, or copy the file"
    case .displaced: "was deleted, moved, replaced or hard-linked while it was open"
    case .busy: "another program holds its lock"
    case .corrupt: "is damaged"
    case .unfit: "the data has a form that the store cannot keep"
    case .closed: "is closed"
    case .unreachable: "the database server does not respond"
    case .server(StoreError.untrustedServer):
      "the database server does not have the encryption or the certificate that sslmode demands; check sslmode and sslrootcert"
    case .server(let state): "the database server refused (SQLSTATE \(state))"
    case .failed(let code): "failed (SQLite's code \(code))"
    }
  }
}
