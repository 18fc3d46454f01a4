public import Files
internal import Glibc
internal import StrictJSON

/// Why an audit log cannot be written.
public enum AuditError: Error, Sendable, Equatable {
  /// A system call failed.
  case system(errno: Int32)
  /// Another process has opened the log for writing.
  case inUse
  /// The log is not a regular file, or other users can access it.
  case openToOthers
  /// The last line of the file is not a line of an audit log.
  case foreign
}

extension AuditError: FromFileError {
  /// Converts the error of a failed system call.
  public init(_ error: FileError) { self = .system(errno: error.errno) }
}

/// The file of an audit log. Lines are only appended. Only one thread at a time may use it.
public struct AuditFile: ~Copyable {
  private let file: OpenFile
  private let lock: FileLock
  private var chain: AuditChain
  private var length: Int
  private var isAfterTornLine: Bool
  private var lacksLineEnd: Bool

  /// Opens or creates a log. New lines continue the chain of the last line.
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

  /// Appends the line of an event.
  ///
  /// - Throws: ``AuditError/system(errno:)``. The file is then unchanged.
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

  /// Waits until all lines are on the disk. Ignores errors.
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

/// The last lines of a log.
private struct End {
  /// The chain that ends with the last complete line.
  let chain: AuditChain
  /// True if incomplete lines follow the last complete line.
  let isTorn: Bool
  let lacksLineEnd: Bool

  /// Number of bytes that are read at the end of the file. They must include the last complete line and all
  /// incomplete lines that follow it.
  private static let byteCount = 64 << 10

  init(of file: OpenFile, _ length: Int) throws(AuditError) {
    let start = max(length - Self.byteCount, 0)
    let region = FileRegion(file, byteCount: length - start, offset: start)
    let tail = try AuditError.from(try region.bytes())
    lacksLineEnd = tail.last.map { $0 != UInt8(ascii: "\n") } ?? false
    // An incomplete line has no line feed, so another incomplete line may follow it on the same line.
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
