import GRDB
import GRDBSQLite
import Glibc

/// A failed call of SQLite's, without its texts, which could hold what is stored.
struct SQLiteFailure: Error {
  /// Extended result code.
  let code: Int32
  /// `errno` of the system call behind it, or 0.
  let systemError: Int32
}

extension StoreError {
  /// Says what an error of the database means.
  ///
  /// - Parameter database: The connection it came from, which knows the system call behind it.
  init(_ error: any Error, on database: Database? = nil) {
    switch error {
    case let error as StoreError: self = error
    case let error as SQLiteFailure:
      self.init(code: error.code, systemError: error.systemError)
    case let error as DatabaseError:
      let connection = database?.sqliteConnection
      self.init(
        code: error.extendedResultCode.rawValue,
        systemError: connection.map { sqlite3_system_errno($0) } ?? 0)
    default: self = .failed(code: SQLITE_ERROR)
    }
  }

  /// Says what a result code means.
  private init(code: Int32, systemError: Int32) {
    switch code & 0xff {
    case SQLITE_BUSY, SQLITE_LOCKED: self = .busy
    case SQLITE_FULL: self = .full
    // Whatever the reason, what was written may be gone.
    case _ where code == fileNotSynchronized || code == folderNotSynchronized:
      self = .failed(code: code)
    // The log and its index are files too, and where they cannot grow SQLite speaks of input and output.
    case SQLITE_IOERR
    where code == indexCannotGrow || systemError == ENOSPC || systemError == EDQUOT:
      self = .full
    case SQLITE_CORRUPT, SQLITE_NOTADB: self = .corrupt
    case SQLITE_READONLY: self = .readOnly
    case SQLITE_CANTOPEN where systemError != 0: self = .file(errno: systemError)
    default: self = .failed(code: code)
    }
  }

  /// Whether what was acknowledged may be missing on the disk, so that nothing more may be built on it.
  var isLostWrite: Bool {
    self == .failed(code: fileNotSynchronized) || self == .failed(code: folderNotSynchronized)
      || self == .displaced
  }
}

// Extended result codes, which C's macros do not bring over: SQLITE_IOERR_FSYNC, SQLITE_IOERR_DIR_FSYNC and
// SQLITE_IOERR_SHMSIZE.
private let fileNotSynchronized = SQLITE_IOERR | 4 << 8
private let folderNotSynchronized = SQLITE_IOERR | 5 << 8
private let indexCannotGrow = SQLITE_IOERR | 19 << 8
