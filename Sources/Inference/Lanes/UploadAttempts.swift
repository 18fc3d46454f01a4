internal import Files
internal import Glibc
internal import Hashing
internal import Synchronization

/// Counts the crashes that each upload caused, in a small file that the next process reads.
///
/// Without this count, a client could crash a restarted service again and again with the same upload. Only the upload
/// that is being processed counts. Uploads that wait do not.
///
/// The file is memory-mapped, so its content survives a crash of the process without a disk write. After a power
/// failure, the last attempt may be missing. The file contains the SHA-256 of an upload's id while the upload is
/// processed and for a day after a crash.
public final class UploadAttempts: Sendable {
  /// Number of crashes after which an upload is refused.
  public static let limit = 3
  /// Number of seconds for which an upload is refused after its last crash.
  public static let memorySeconds = 24 * 3600

  /// Number of processes on one machine that can count in files of the same store.
  private static let fileLimit = 64

  private let state: Mutex<AttemptTable>
  /// The lock of the file; nil without a file.
  private let lock: FileLock?

  /// Counts in the file at `path`, which is created if it is missing. Counts only in memory if `path` is nil or the
  /// file is unusable.
  ///
  /// - Parameter path: Path of the file. Several processes that share a store each have a file of their own: the second
  ///   one adds `-2` to the path, and so on.
  public init(path: String? = nil) {
    let file = path.flatMap(Self.unusedFile)
    let bytes = file.flatMap { AttemptTable.map($0.file) }
    lock = bytes == nil ? nil : file
    var table = AttemptTable(bytes ?? AttemptTable.zeros())
    table.countCrashes(at: time(nil))
    state = Mutex(table)
  }

  /// Opens and locks the first file that no other process uses; nil if the files cannot be opened.
  private static func unusedFile(_ path: String) -> FileLock? {
    for number in 1...fileLimit {
      let path = number == 1 ? path : "\(path)-\(number)"
      guard let file = try? OpenFile(path, O_RDWR | O_CREAT | O_NOFOLLOW),
        (try? file.status())?.isRegular == true
      else { return nil }
      if let lock = try? file.locked() { return lock }
    }
    return nil
  }

  /// Records that work on an upload starts.
  ///
  /// - Throws: ``InferenceError/uploadAbandoned(attempts:)`` if the upload has caused too many crashes.
  func start(_ id: String) throws(InferenceError) {
    let digest = Array(SHA256.hash(data: Array(id.utf8)))
    let crashes = state.withLock { $0.start(digest, at: time(nil), limit: Self.limit) }
    guard crashes < Self.limit else { throw .uploadAbandoned(attempts: crashes) }
  }

  /// Records that work on an upload ends.
  ///
  /// - Parameter isLast: True if the upload is completely processed. Its earlier crashes are then forgotten.
  func end(_ id: String, isLast: Bool = true) {
    let digest = Array(SHA256.hash(data: Array(id.utf8)))
    state.withLock { $0.end(digest, isLast: isLast) }
  }

  /// Clears all running work before the process ends normally, so that it does not count as a crash.
  public func release() { state.withLock { $0.release() } }
}

/// A table of records of 48 bytes, little-endian. A record contains the digest (32 bytes), the number of crashes (1),
/// whether work is running (1), unused bytes (6), and the time of the last crash in seconds since 1970 (8). A free
/// record contains only zeros.
///
/// `@unchecked Sendable`: only this table uses the memory, and always within a lock. The memory is never freed.
private struct AttemptTable: @unchecked Sendable {
  private static let recordCount = 64
  private static let recordBytes = 48
  private static let digestBytes = 32
  private static let byteCount = recordCount * recordBytes

  private let bytes: UnsafeMutableRawBufferPointer

  init(_ bytes: UnsafeMutableRawBufferPointer) { self.bytes = bytes }

  /// Allocates a table in memory only. It is never freed.
  static func zeros() -> UnsafeMutableRawBufferPointer {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 8)
    bytes.initializeMemory(as: UInt8.self, repeating: 0)
    return bytes
  }

  /// Maps the file; nil if that fails.
  static func map(_ file: OpenFile) -> UnsafeMutableRawBufferPointer? {
    // On a full disk, writing a mapped page without an allocated block would end the process.
    guard (try? file.allocate(byteCount)) != nil else { return nil }
    let flags = PROT_READ | PROT_WRITE
    let start = mmap(nil, byteCount, flags, MAP_SHARED, file.descriptor, 0)
    guard let start, start != MAP_FAILED else { return nil }
    return UnsafeMutableRawBufferPointer(start: start, count: byteCount)
  }

  private func record(_ index: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(
      rebasing: bytes[(index * Self.recordBytes)..<((index + 1) * Self.recordBytes)])
  }

  private func index(of digest: [UInt8]) -> Int? {
    (0..<Self.recordCount).first { record($0).prefix(Self.digestBytes).elementsEqual(digest) }
  }

  /// Returns the record to use for a new upload: a free one or, if there is none, the one with the oldest crash.
  private func vacancy() -> Int {
    (0..<Self.recordCount).min { lastCrash($0) < lastCrash($1) } ?? 0
  }

  private func lastCrash(_ index: Int) -> Int64 {
    let record = record(index)
    if record[Self.digestBytes + 1] != 0 { return .max }
    return Int64(
      littleEndian: record.loadUnaligned(fromByteOffset: Self.digestBytes + 8, as: Int64.self))
  }

  private func clear(_ index: Int) {
    record(index).initializeMemory(as: UInt8.self, repeating: 0)
  }

  /// Counts work that was still running as a crash of the previous process, and removes old records.
  mutating func countCrashes(at now: Int) {
    for index in 0..<Self.recordCount {
      let record = record(index)
      if record[Self.digestBytes + 1] != 0 {
        record[Self.digestBytes] =
          record[Self.digestBytes] == .max ? .max : record[Self.digestBytes] + 1
        record[Self.digestBytes + 1] = 0
        record.storeBytes(
          of: Int64(now).littleEndian, toByteOffset: Self.digestBytes + 8, as: Int64.self)
      } else if !isRecent(index, now) {
        clear(index)
      }
    }
  }

  private func isRecent(_ index: Int, _ now: Int) -> Bool {
    let (age, isOverflow) = Int64(now).subtractingReportingOverflow(lastCrash(index))
    return !isOverflow && (0...Int64(UploadAttempts.memorySeconds)).contains(age)
  }

  /// Marks an upload as running unless it has caused `limit` crashes.
  ///
  /// - Returns: The upload's number of crashes. The upload is refused if it is `limit` or more.
  mutating func start(_ digest: [UInt8], at now: Int, limit: Int) -> Int {
    var place = index(of: digest)
    if let known = place, record(known)[Self.digestBytes + 1] == 0, !isRecent(known, now) {
      clear(known)
      place = nil
    }
    if place == nil {
      let free = vacancy()
      clear(free)
      record(free).copyBytes(from: digest)
      place = free
    }
    guard let place else { return 0 }
    let crashes = Int(record(place)[Self.digestBytes])
    if crashes < limit { record(place)[Self.digestBytes + 1] = 1 }
    return crashes
  }

  mutating func end(_ digest: [UInt8], isLast: Bool) {
    guard let place = index(of: digest) else { return }
    record(place)[Self.digestBytes + 1] = 0
    if isLast || record(place)[Self.digestBytes] == 0 { clear(place) }
  }

  mutating func release() {
    for index in 0..<Self.recordCount { record(index)[Self.digestBytes + 1] = 0 }
  }
}
