internal import Files
internal import Glibc
internal import Hashing
internal import Synchronization

/// Uploads at whose work the process ended, counted in a small file that the next process reads.
///
/// A service that is restarted for every crash would otherwise be ended again and again by a client that sends the same
/// upload again and again. Only the upload that is worked on is counted, not those that wait.
///
/// The file is mapped, so what is written survives the process without a write to the disk; after a power failure
/// it may miss the last attempt. It holds the SHA-256 of an upload's id while that is worked on, and for a day after a
/// crash.
public final class UploadAttempts: Sendable {
  /// Crashes after which an upload is refused.
  public static let limit = 3
  /// Seconds after the last crash for which an upload stays refused.
  public static let memorySeconds = 24 * 3600

  private let state: Mutex<AttemptTable>

  /// Counts in a file, made if missing; without a path, or where the file cannot be used, in memory.
  ///
  /// - Parameter path: Only one process may use it at a time: its owner is the one that holds the store's lock.
  public init(path: String? = nil) {
    var table = AttemptTable(path.flatMap(AttemptTable.map) ?? AttemptTable.zeros())
    table.countCrashes(at: time(nil))
    state = Mutex(table)
  }

  /// Notes that work on an upload starts.
  ///
  /// - Throws: ``InferenceError/uploadAbandoned(attempts:)``.
  func start(_ id: String) throws(InferenceError) {
    let digest = Array(SHA256.hash(data: Array(id.utf8)))
    let crashes = state.withLock { $0.start(digest, at: time(nil), limit: Self.limit) }
    guard crashes < Self.limit else { throw .uploadAbandoned(attempts: crashes) }
  }

  /// Notes that work on an upload has ended without ending the process.
  ///
  /// - Parameter isLast: Whether nothing more is done with it, so that earlier crashes are forgiven.
  func end(_ id: String, isLast: Bool = true) {
    let digest = Array(SHA256.hash(data: Array(id.utf8)))
    state.withLock { $0.end(digest, isLast: isLast) }
  }

  /// Notes that the process is about to end and that no upload is the reason.
  public func release() { state.withLock { $0.release() } }
}

/// Records of 48 bytes: 32 of the digest, the crashes, whether work is under way, 6 unused, and the time of the last
/// crash in seconds since 1970, little-endian. A record of zeros is free.
///
/// `@unchecked Sendable`: the memory is this table's alone, lives as long as the process, and is used within a lock.
private struct AttemptTable: @unchecked Sendable {
  private static let recordCount = 64
  private static let recordBytes = 48
  private static let digestBytes = 32
  private static let byteCount = recordCount * recordBytes

  private let bytes: UnsafeMutableRawBufferPointer

  init(_ bytes: UnsafeMutableRawBufferPointer) { self.bytes = bytes }

  /// Memory without a file; it lives as long as the process.
  static func zeros() -> UnsafeMutableRawBufferPointer {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 8)
    bytes.initializeMemory(as: UInt8.self, repeating: 0)
    return bytes
  }

  /// Maps the file; nil if that fails.
  static func map(_ path: String) -> UnsafeMutableRawBufferPointer? {
    guard let file = try? OpenFile(path, O_RDWR | O_CREAT | O_NOFOLLOW),
      (try? file.status())?.isRegular == true,
      // A mapped page without a block would end the process when the disk is full.
      (try? file.allocate(byteCount)) != nil
    else { return nil }
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

  /// The record to give up for a new upload: a free one, else the one that crashed longest ago.
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

  /// What was under way when the last process ended counts as its crash; what is old is forgotten.
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

  /// - Returns: Crashes so far; the upload is under way if they are fewer than ``limit``.
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
