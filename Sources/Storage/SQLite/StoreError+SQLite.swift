public import Files
import GRDB
import GRDBSQLite
import Glibc

/// A failed SQLite call. SQLite's messages are omitted, because they could contain stored data.
struct SQLiteFailure: Error {
  /// SQLite's extended result code.
  let code: Int32
  /// `errno` of the failed system call, or 0.
  let systemError: Int32
}

extension StoreError: FromFileError {
  /// Converts the error of a failed system call on the store's files.
  public init(_ error: FileError) { self = .file(errno: error.errno) }

  /// Converts an error of the database.
  ///
  /// - Parameter database: The connection that failed. It provides the `errno` of the failed system call.
  init(_ error: any Error, on database: Database? = nil) {
    switch error {
    case let error as StoreError: self = error
    case let error as FileError: self = .file(errno: error.errno)
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

  /// Converts a result code.
  private init(code: Int32, systemError: Int32) {
    switch code & 0xff {
    case SQLITE_BUSY, SQLITE_LOCKED: self = .busy
    case SQLITE_FULL: self = .full
    // Such an error always means that written data may be lost, whatever its cause.
    case _ where code == fileNotSynchronized || code == folderNotSynchronized:
      self = .failed(code: code)
    // If the write-ahead log or its index cannot grow, SQLite reports an input/output error.
    case SQLITE_IOERR
    where code == indexCannotGrow || systemError == ENOSPC || systemError == EDQUOT:
      self = .full
    case SQLITE_CORRUPT, SQLITE_NOTADB: self = .corrupt
    case SQLITE_READONLY: self = .readOnly
    case SQLITE_CANTOPEN where systemError != 0: self = .file(errno: systemError)
    default: self = .failed(code: code)
    }
  }

  /// Whether the call failed because the disk is full.
  var isLackOfSpace: Bool {
    if case .copyNeedsSpace = self { true } else { self == .full }
  }

  /// Whether acknowledged data may be missing from the disk. If so, no further write is safe.
  var isLostWrite: Bool {
    self == .failed(code: fileNotSynchronized) || self == .failed(code: folderNotSynchronized)
      || self == .displaced
  }
}

// SQLITE_IOERR_FSYNC, SQLITE_IOERR_DIR_FSYNC and SQLITE_IOERR_SHMSIZE. Swift does not import these macros from C.
private let fileNotSynchronized = SQLITE_IOERR | 4 << 8
private let folderNotSynchronized = SQLITE_IOERR | 5 << 8
private let indexCannotGrow = SQLITE_IOERR | 19 << 8
