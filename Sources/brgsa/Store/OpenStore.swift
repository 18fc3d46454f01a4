import ArgumentParser
import Glibc
import Storage

/// The store that a command works on.
enum OpenStore {
  /// Opens the store at `path`, made if missing.
  ///
  /// - Throws: `ExitCode`, after saying why not.
  static func open(_ path: String, _ limits: StoreLimits = StoreLimits()) throws -> Store {
    do throws(StoreError) {
      return try Store(path: path, limits: limits)
    } catch {
      Console.complain("store \(path): \(words(for: error))")
      throw error == .inUse ? ExitCode.unavailable : ExitCode.configuration
    }
  }

  static func words(for error: StoreError) -> String {
    switch error {
    case .inUse: "another process has it open; ask that service, or stop it first"
    case .newerSchema(let found, let known):
      "was written by a later program (\(found) migrations, this one knows \(known)); nothing was changed"
    case .foreign: "is a database of another program; nothing was changed"
    case .file(let code): String(cString: strerror(code))
    case .readOnly: "it or its folder cannot be written"
    case .full: "the disk is full"
    case .lowSpace: "the disk is nearly full"
    case .quota(let bytes): "diagnoses have reached their limit of \(bytes) bytes"
    case .linked:
      "has a second name (a hard link), by which another service could open it; remove that name, or copy the file"
    case .displaced: "was deleted, moved, replaced or given a second name while it was open"
    case .busy: "another program holds its lock"
    case .corrupt: "is damaged"
    case .unfit: "does not fit what was to be kept"
    case .closed: "is closed"
    case .failed(let code): "failed (SQLite's code \(code))"
    }
  }
}
