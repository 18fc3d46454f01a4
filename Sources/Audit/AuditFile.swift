internal import Glibc
internal import StrictJSON

/// Why an audit log cannot be written.
public enum AuditError: Error, Sendable, Equatable {
  /// The system refuses it.
  case system(errno: Int32)
  /// Another process writes it.
  case inUse
  /// It is not a regular file, or not only its owner may read or change it.
  case openToOthers
  /// Its last line is not a line of an audit log.
  case foreign
}

/// An audit log's file, to which lines are added and from which none is taken. Used from one thread at a time.
public struct AuditFile: ~Copyable {
  private let descriptor: Int32
  private var chain: AuditChain
  private var length: Int
  private var isAfterTornLine: Bool
  private var lacksLineEnd: Bool

  /// Opens a log or begins one, and goes on where it ends.
  ///
  /// - Throws: ``AuditError``.
  public init(path: String) throws(AuditError) {
    let opened = try Self.opened(path)
    descriptor = opened.descriptor
    length = opened.length
    chain = opened.end.chain
    isAfterTornLine = opened.end.isTorn
    lacksLineEnd = opened.end.lacksLineEnd
  }

  private static func opened(
    _ path: String
  ) throws(AuditError) -> (descriptor: Int32, length: Int, end: End) {
    let flags = O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK
    let descriptor = SystemCall.retrying { open(path, flags, 0o600) }
    guard descriptor >= 0 else { throw .system(errno: errno) }
    do throws(AuditError) {
      var status = stat()
      guard fstat(descriptor, &status) == 0 else { throw .system(errno: errno) }
      guard status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o077 == 0 else {
        throw .openToOthers
      }
      guard SystemCall.retrying({ flock(descriptor, LOCK_EX | LOCK_NB) }) == 0 else {
        throw .inUse
      }
      return (descriptor, status.st_size, try End(of: descriptor, status.st_size))
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit { close(descriptor) }

  /// Adds a line.
  ///
  /// - Throws: ``AuditError/system(errno:)``; then the file is as it was.
  public mutating func add(_ event: AuditEvent) throws(AuditError) {
    var event = event
    if isAfterTornLine {
      event = AuditEvent(
        time: event.time, kind: event.kind,
        event.fields.members + [("after_torn_line", .bool(true))])
    }
    var next = chain
    try append((lacksLineEnd ? [UInt8(ascii: "\n")] : []) + next.line(event))
    chain = next
    isAfterTornLine = false
    lacksLineEnd = false
  }

  /// Returns when all lines are on the disk.
  public func synchronize() { _ = SystemCall.retrying { fdatasync(descriptor) } }

  private mutating func append(_ bytes: [UInt8]) throws(AuditError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else {
        let code = errno
        if code == EINTR { continue }
        _ = SystemCall.retrying { ftruncate(descriptor, length) }
        throw .system(errno: code)
      }
      rest = rest.dropFirst(count)
    }
    length += bytes.count
  }
}

/// How a log ends.
private struct End {
  /// Up to the last whole line.
  let chain: AuditChain
  /// Whether an incomplete line follows.
  let isTorn: Bool
  let lacksLineEnd: Bool

  /// The last line, and what may follow it, is at most so long.
  private static let byteCount = 64 << 10

  init(of descriptor: Int32, _ length: Int) throws(AuditError) {
    let start = max(length - Self.byteCount, 0)
    var tail = [UInt8](repeating: 0, count: length - start)
    var done = 0
    while done < tail.count {
      let count = tail[done...].withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress, $0.count, start + done)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw .system(errno: count < 0 ? errno : EIO) }
      done += count
    }
    lacksLineEnd = tail.last.map { $0 != UInt8(ascii: "\n") } ?? false
    // A line that is not whole has no line end, or got the next one's with the begin of another that is not whole.
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
