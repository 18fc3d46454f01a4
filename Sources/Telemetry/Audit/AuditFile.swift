public import Files
internal import Glibc
internal import StrictJSON

/// Why an audit log is not writable.
public enum AuditError: Error, Sendable, Equatable {
  /// A system call failed.
  case system(errno: Int32)
  /// Another process has the log open for writing.
  case inUse
  /// The log is not a regular file, or others than its owner may access it.
  case openToOthers
  /// The last line of the file is not a line of an audit log.
  case foreign
}

extension AuditError: FromFileError {
  /// Converts the error of a failed system call.
  public init(_ error: FileError) { self = .system(errno: error.errno) }
}

/// The file of an audit log. Lines are only appended. Use it from one thread at a time.
public struct AuditFile: ~Copyable {
  private let file: OpenFile
  private let lock: FileLock
  private var chain: AuditChain
  private var length: Int
  private var isAfterTornLine: Bool
  private var lacksLineEnd: Bool

  /// Opens or creates a log. New lines continue the chain of its last line.
  ///
  /// - Throws: ``AuditError``.
  public init(path: String) throws(AuditError) {
    let flags = O_RDWR | O_CREAT | O_APPEND | O_NONBLOCK
    let file = try AuditError.from(try OpenFile(path, flags))
    let status = try AuditError.from(try file.status())
    guard status.isRegular, status.permissions & 0o077 == 0 else { throw .openToOthers }
    guard let lock = try? file.locked() else { throw .inUse }
    let end = try End(of: file, status.byteCount)
    (self.file, self.lock) = (file, lock)
    length = status.byteCount
    chain = end.chain
    isAfterTornLine = end.isTorn
    lacksLineEnd = end.lacksLineEnd
  }

  /// Adds a line.
  ///
  /// - Throws: ``AuditError/system(errno:)``. The file is unchanged then.
  public mutating func add(_ event: AuditEvent) throws(AuditError) {
    var event = event
    if isAfterTornLine {
      event = AuditEvent(
        time: event.time, kind: event.kind,
        event.fields + ["after_torn_line": true])
    }
    var next = chain
    try append((lacksLineEnd ? [UInt8(ascii: "\n")] : []) + next.line(event))
    chain = next
    isAfterTornLine = false
    lacksLineEnd = false
  }

  /// Returns when all lines are on the disk.
  public func synchronize() { try? file.synchronize() }

  private mutating func append(_ bytes: [UInt8]) throws(AuditError) {
    do throws(FileError) {
      try file.write(bytes)
    } catch {
      try? file.truncate(to: length)
      throw AuditError(error)
    }
    length += bytes.count
  }
}

/// The end of a log.
private struct End {
  /// The chain up to the last complete line.
  let chain: AuditChain
  /// True if an incomplete line follows.
  let isTorn: Bool
  let lacksLineEnd: Bool

  /// Number of bytes at the end of the file that are read. The last complete line and all
  /// incomplete lines after it must fit.
  private static let byteCount = 64 << 10

  init(of file: OpenFile, _ length: Int) throws(AuditError) {
    let start = max(length - Self.byteCount, 0)
    let region = FileRegion(file, byteCount: length - start, offset: start)
    let tail = try AuditError.from(try region.bytes())
    lacksLineEnd = tail.last.map { $0 != UInt8(ascii: "\n") } ?? false
    // An incomplete line lacks its line end. Another incomplete line may follow on the same line.
    var torn = 0
    for line in tail.split(separator: UInt8(ascii: "\n")).reversed() {
      if let chain = AuditChain(endingWith: line) {
        self.chain = chain
        isTorn = torn > 0
        return
      }
      guard AuditChain.isBeginning(line) else { throw .foreign }
      torn += 1
    }
    guard start == 0, torn > 0 || tail.isEmpty else { throw .foreign }
    chain = AuditChain()
    isTorn = torn > 0
  }
}
