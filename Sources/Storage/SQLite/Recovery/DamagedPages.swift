import Files
import Glibc

/// Reads the pages of a damaged database file without SQLite. The write-ahead log supplies the newer version of a page.
///
/// Any number in the file may be wrong, so each number is compared with the file's size before use.
final class DamagedPages {
  let pageSize: Int
  /// Number of pages in the database. The first page has the number 1.
  let count: Int

  private let file: OpenFile
  private let log: LogPages?
  private var cached: (number: Int, bytes: [UInt8])?
  /// Number of overflow pages that may still be read. The limit bounds the work in a damaged file, in which
  /// several rows may refer to the same pages. In a sound file, each page is read once.
  private var overflowBudget: Int

  /// Maximum size of a row in bytes. This is SQLite's own limit.
  private static let rowLimit = 1_000_000_000

  /// Opens the file at `path` and its write-ahead log.
  ///
  /// SQLite must not have the file open in this process, because closing the file here would release SQLite's locks.
  ///
  /// - Throws: ``StoreError/file(errno:)``.
  init(path: String, pageSize: Int) throws(StoreError) {
    self.pageSize = pageSize
    file = try StoreError.from(try OpenFile(path, O_RDONLY | O_NOFOLLOW))
    log = LogPages(path: "\(path)-wal", pageSize: pageSize)
    let filePages = (FileSystem.byteCount(of: path) + pageSize - 1) / pageSize
    // The log may claim any number of pages, so the number is limited by the sizes of the two files.
    count = log.map { min($0.databasePages, filePages + $0.pageCount) } ?? filePages
    overflowBudget = 4 * count + 64
  }

  /// Returns the possible page sizes of the file, the most likely first: the size that its header states, and the size
  /// for new files.
  static func pageSizes(of path: String) throws(StoreError) -> [Int] {
    let head = try StoreError.from(try OpenFile(path).bytes(at: 0, count: 18))
    guard head.count == 18 else { return [StoreSchema.pageSize] }
    let value = Int(head[16]) << 8 | Int(head[17])
    let said = value == 1 ? 65_536 : value
    let isPossible = (512...65_536).contains(said) && said & (said - 1) == 0
    return isPossible && said != StoreSchema.pageSize
      ? [said, StoreSchema.pageSize] : [StoreSchema.pageSize]
  }

  /// Returns the bytes of a page; nil if the file has no such page. If the page is cut off, the missing bytes are zero.
  func page(_ number: Int) -> [UInt8]? {
    if let cached, cached.number == number { return cached.bytes }
    guard let bytes = read(number) else { return nil }
    cached = (number, bytes)
    return bytes
  }

  private func read(_ number: Int) -> [UInt8]? {
    guard (1...max(count, 1)).contains(number), number <= count else { return nil }
    if let bytes = log?.page(number) { return bytes }
    let bytes = try? file.bytes(at: (number - 1) * pageSize, count: pageSize)
    guard let bytes, !bytes.isEmpty else { return nil }
    return bytes + [UInt8](repeating: 0, count: pageSize - bytes.count)
  }

  /// Reads a record that continues on overflow pages; nil if the chain of pages is broken.
  ///
  /// - Parameters:
  ///   - local: The record's bytes on the leaf page.
  ///   - first: The number of the first overflow page.
  ///   - length: The size of the whole record in bytes.
  func record(_ local: ArraySlice<UInt8>, first: Int, length: Int) -> [UInt8]? {
    guard length <= min(Self.rowLimit, count * pageSize) else { return nil }
    var bytes = Array(local)
    var next = first
    while bytes.count < length {
      guard overflowBudget > 0, next != 0, let page = read(next) else { return nil }
      overflowBudget -= 1
      bytes += page[4..<min(pageSize, 4 + length - bytes.count)]
      next = page.bigEndian(at: 0, bytes: 4)
    }
    return bytes
  }
}

/// The pages in a write-ahead log, up to the last complete commit.
///
/// - Source: sqlite.org/fileformat2.html#the_write_ahead_log.
final class LogPages {
  /// Number of pages in the database after the last commit.
  let databasePages: Int
  private let file: OpenFile
  private let pageSize: Int
  private let places: [Int: Int]

  /// Number of different pages in the log.
  var pageCount: Int { places.count }

  private static let headerBytes = 32
  private static let frameHeaderBytes = 24

  /// - Returns: Nil if the log does not exist or contains no complete commit.
  init?(path: String, pageSize: Int) {
    guard let file = try? OpenFile(path, O_RDONLY | O_NOFOLLOW),
      let (places, pages) = Self.read(file, pageSize)
    else { return nil }
    self.file = file
    self.pageSize = pageSize
    self.places = places
    databasePages = pages
  }

  /// Returns the newest bytes of a page; nil if the log does not contain the page.
  func page(_ number: Int) -> [UInt8]? {
    guard let place = places[number], let bytes = try? file.bytes(at: place, count: pageSize),
      bytes.count == pageSize
    else { return nil }
    return bytes
  }

  private static func read(_ file: OpenFile, _ pageSize: Int) -> (places: [Int: Int], pages: Int)? {
    guard let header = try? file.bytes(at: 0, count: headerBytes), header.count == headerBytes
    else { return nil }
    let magic = header.bigEndian(at: 0, bytes: 4)
    guard magic | 1 == 0x377f_0683, header.bigEndian(at: 8, bytes: 4) == pageSize else {
      return nil
    }
    var sum = LogChecksum(isBigEndian: magic & 1 == 1)
    sum.add(header[0..<24])
    guard sum.matches(header[24..<32]) else { return nil }
    var places: [Int: Int] = [:]
    var pages: Int?
    var pending: [(page: Int, place: Int)] = []
    var offset = headerBytes
    let frameBytes = frameHeaderBytes + pageSize
    while let frame = try? file.bytes(at: offset, count: frameBytes), frame.count == frameBytes {
      sum.add(frame[0..<8])
      sum.add(frame[frameHeaderBytes...])
      guard frame[8..<16].elementsEqual(header[16..<24]), sum.matches(frame[16..<24]) else { break }
      pending.append((frame.bigEndian(at: 0, bytes: 4), offset + frameHeaderBytes))
      let size = frame.bigEndian(at: 4, bytes: 4)
      if size > 0 {
        for (page, place) in pending { places[page] = place }
        pending = []
        pages = size
      }
      offset += frame.count
    }
    return pages.map { (places, $0) }
  }
}

/// The cumulative checksum of a write-ahead log.
struct LogChecksum {
  let isBigEndian: Bool
  private(set) var first: UInt32 = 0
  private(set) var second: UInt32 = 0

  init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

  /// Adds bytes to the checksum.
  ///
  /// - Parameter bytes: The bytes to add. Their number must be a multiple of eight.
  mutating func add(_ bytes: ArraySlice<UInt8>) {
    bytes.withUnsafeBytes { bytes in
      var offset = 0
      while offset + 8 <= bytes.count {
        first = first &+ word(bytes, offset) &+ second
        second = second &+ word(bytes, offset + 4) &+ first
        offset += 8
      }
    }
  }

  /// Returns whether the two sums equal the sums stored in `bytes`.
  func matches(_ bytes: ArraySlice<UInt8>) -> Bool {
    let stored = Array(bytes)
    return stored.bigEndian(at: 0, bytes: 4) == Int(first)
      && stored.bigEndian(at: 4, bytes: 4) == Int(second)
  }

  private func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt32 {
    let raw = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
    return isBigEndian ? UInt32(bigEndian: raw) : UInt32(littleEndian: raw)
  }
}

extension [UInt8] {
  /// Reads a big-endian number of at most four bytes at `offset`; 0 if the array is too short.
  func bigEndian(at offset: Int, bytes: Int) -> Int {
    guard offset >= 0, offset <= count - bytes else { return 0 }
    return self[offset..<offset + bytes].reduce(0) { $0 << 8 | Int($1) }
  }
}
