import Files
import Foundation
import TestSupport
import Testing

@testable import DICOM

/// ZIPs that mean harm, and damaged ones.
@Suite struct ZipTests {
  private static let files = DICOMFile.series().enumerated().map {
    (name: "\($0).dcm", content: $1.bytes())
  }

  struct BadZip: Sendable, CustomTestStringConvertible {
    let name: String
    let error: SeriesError
    let change: @Sendable (inout ZipFile) -> Void

    init(
      _ name: String, _ error: SeriesError, _ change: @escaping @Sendable (inout ZipFile) -> Void
    ) {
      self.name = name
      self.error = error
      self.change = change
    }

    var testDescription: String { name }
  }

  /// A name that no other program uses in `/tmp`.
  private static let escape = "brgsa-escape-\(UUID().uuidString)"

  static let bad = [
    BadZip("a name that leads out", .zipCorrupt(.name)) { $0.entries[3].name = "../\(escape)" },
    BadZip("one within", .zipCorrupt(.name)) { $0.entries[3].name = "a/../../\(escape)" },
    BadZip("one with backslashes", .zipCorrupt(.name)) { $0.entries[3].name = "a\\..\\\(escape)" },
    BadZip("an absolute name", .zipCorrupt(.name)) { $0.entries[3].name = "/etc/passwd" },
    BadZip("a drive", .zipCorrupt(.name)) { $0.entries[3].name = "C:x" },
    BadZip("a zero in a name", .zipCorrupt(.name)) { $0.entries[3].name = "a\0b" },
    BadZip("a symbolic link", .zipCorrupt(.name)) { $0.entries[3].mode = 0o120777 },
    BadZip("a device", .zipCorrupt(.name)) { $0.entries[3].mode = 0o020666 },
    BadZip("an empty name", .zipCorrupt(.directory)) { $0.entries[3].name = "" },
    BadZip("overlap", .zipCorrupt(.overlap)) { $0.entries[3].placeOf = 2 },
    BadZip("all in one place", .zipCorrupt(.overlap)) {
      for index in $0.entries.indices { $0.entries[index].placeOf = 0 }
    },
    BadZip("a password", .zipUnsupported(.encryption)) { $0.entries[3].flags = 1 },
    BadZip("a ZIP in it", .nestedArchives(files: 1)) {
      $0.entries = [.init("series.zip", ZipFile(files).bytes()), .init("README", [1, 2, 3])]
    },
    BadZip("AES", .zipUnsupported(.encryption)) { $0.entries[3].method = 99 },
    BadZip("LZMA", .zipUnsupported(.compression)) { $0.entries[3].method = 14 },
    BadZip("4 GB declared where ZIP64 would say more", .inflatedTooLarge(limit: 0)) {
      $0.entries[3].declaredBytes = 0xffff_ffff
    },
    BadZip("65,535 entries declared", .zipCorrupt(.directory)) {
      $0.declaredCount = 0xffff
    },
    BadZip("more than declared", .zipCorrupt(.content)) { $0.entries[3].declaredBytes = 10 },
    BadZip("less than declared", .zipCorrupt(.content)) { $0.entries[3].declaredBytes = 10_000 },
    BadZip("4 GB declared", .inflatedTooLarge(limit: 0)) {
      $0.entries[3].declaredBytes = 0xffff_fffe
    },
    BadZip("stored and shorter", .zipCorrupt(.content)) {
      $0.entries[3].isCompressed = false
      $0.entries[3].declaredBytes = 10
    },
    BadZip("a wrong checksum", .zipCorrupt(.content)) { $0.entries[3].declaredChecksum = 1 },
    BadZip("no DEFLATE", .zipCorrupt(.content)) {
      $0.entries[3].isCompressed = false
      $0.entries[3].method = 8
    },
    BadZip("one entry too many", .zipCorrupt(.directory)) { $0.declaredCount = 17 },
    BadZip("one entry too few", .zipCorrupt(.directory)) { $0.declaredCount = 15 },
    BadZip("nothing", .noImages(files: 0, found: [])) { $0.entries = [] },
    BadZip("no DICOM", .noImages(files: 1, found: [.init(kind: .notDICOM, count: 1)])) {
      $0.entries = [.init("a.nii", [1, 2, 3])]
    },
    BadZip("a bomb", .inflatedTooLarge(limit: 0)) {
      $0.entries.append(.init("bomb", [UInt8](repeating: 0, count: 30 << 20)))
    },
  ]

  @Test("Bad ZIPs", arguments: bad) func refusal(zip: BadZip) {
    let worker = Worker()
    defer { worker.remove() }
    var file = ZipFile(Self.files)
    zip.change(&file)
    switch (worker.outcome(file.bytes()), zip.error) {
    case (.failure(.inflatedTooLarge), .inflatedTooLarge): break
    case (let outcome, let error): #expect(outcome == .failure(error), "\(zip.name)")
    }
    #expect(worker.left.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: "/tmp/\(Self.escape)"))
  }

  @Test func tooManyEntriesAreRefusedByTheirNumber() {
    let worker = Worker()
    defer { worker.remove() }
    // More than 16 bits count would be a ZIP64; so many as fit, then.
    let zip = ZipFile((0..<65_534).map { ("\($0)", []) })
    #expect(worker.outcome(zip.bytes()) == .failure(.tooManyFiles(limit: 10_000, actual: 65_534)))
  }

  @Test func aPrefixIsAllowedAndItsPlacesAreNot() {
    let worker = Worker()
    defer { worker.remove() }
    var zip = ZipFile(Self.files)
    #expect(worker.outcome(zip.bytes()) == .success([16, 1]))
    zip.prefix = [UInt8](repeating: 1, count: 10)
    // What begins as no ZIP is none, wherever its directory is.
    let spool = NIfTISpool(zip.bytes())
    #expect(
      !SeriesFile(fileDescriptor: spool.fileDescriptor, byteCount: spool.byteCount).isSeries)
  }

  @Test func itMayLieWithinAFile() throws {
    let zip = ZipFile(Self.files).bytes()
    let whole = NIfTISpool(zip)
    let wanted = try ZipArchive(
      FileRegion(descriptor: whole.fileDescriptor, byteCount: zip.count), limits: SeriesLimits())
    let spool = NIfTISpool([1, 2, 3] + zip + [4, 5])
    let file = SeriesFile(fileDescriptor: spool.fileDescriptor, offset: 3, byteCount: zip.count)
    #expect(file.isSeries)
    #expect(try ZipArchive(file.source, limits: SeriesLimits()).entries == wanted.entries)
    // What lies around it is not there.
    #expect(try file.source.bytes(at: zip.count - 1, count: 9) == Array(zip.suffix(1)))
  }

  @Test func cutAnywhereItIsRefused() {
    let worker = Worker()
    defer { worker.remove() }
    let bytes = ZipFile(Array(Self.files.prefix(2))).bytes()
    for count in stride(from: 4, to: bytes.count, by: 3) {
      let spool = NIfTISpool(Array(bytes.prefix(count)))
      let file = FileRegion(descriptor: spool.fileDescriptor, byteCount: count)
      #expect(throws: SeriesError.self) { try ZipArchive(file, limits: SeriesLimits()) }
    }
  }

  @Test func noDamageTraps() {
    let bytes = ZipFile(Array(Self.files.prefix(2))).bytes()
    let start = bytes.count - 300
    for place in Array(0..<60) + Array(start..<bytes.count) {
      for value: UInt8 in [0, 1, 0x7f, 0xff] {
        var damaged = bytes
        damaged[place] = value
        let spool = NIfTISpool(damaged)
        let file = FileRegion(descriptor: spool.fileDescriptor, byteCount: damaged.count)
        _ = try? ZipArchive(file, limits: SeriesLimits())
      }
    }
  }
}
