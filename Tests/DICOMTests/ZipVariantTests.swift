import Files
import Foundation
import TestSupport
import Testing

@testable import DICOM

/// ZIPs as programs write them: ZIP64, from a pipe, with padding, with names that repeat; and what only looks like them.
@Suite struct ZipVariantTests {
  private static let files = DICOMFile.series().enumerated().map {
    (name: "\($0).dcm", content: $1.bytes())
  }

  struct Variant: Sendable, CustomTestStringConvertible {
    let name: String
    let error: SeriesError?
    let change: @Sendable (inout ZipFile) -> Void

    init(
      _ name: String, _ error: SeriesError? = nil,
      _ change: @escaping @Sendable (inout ZipFile) -> Void
    ) {
      self.name = name
      self.error = error
      self.change = change
    }

    var testDescription: String { name }
  }

  static let streamed: [Variant] = [false, true].flatMap { is64 in
    ZipFile.Descriptor.allCases.flatMap { descriptor in
      [false, true].map { isCompressed in
        Variant("\(is64 ? "ZIP64" : "ZIP"), \(descriptor), \(isCompressed ? "deflated" : "stored")")
        {
          $0.is64 = is64
          $0.descriptor = descriptor
          for index in $0.entries.indices { $0.entries[index].isCompressed = isCompressed }
        }
      }
    }
  }

  static let read: [Variant] = [
    Variant("two entries with one name") { $0.entries[3].name = "0.dcm" },
    Variant("all entries with one name") {
      for index in $0.entries.indices { $0.entries[index].name = "IM" }
    },
    Variant("one name in two folders that were flattened, ZIP64") {
      $0.is64 = true
      $0.entries[7].name = $0.entries[8].name
    },
    Variant("names of Windows") {
      for index in $0.entries.indices { $0.entries[index].name = "study\\series\\\(index).dcm" }
      $0.entries.append(.init("study\\", []))
    },
    Variant("what a Mac adds") {
      $0.entries.append(.init("__MACOSX/._0.dcm", [0, 5, 0x16, 7]))
      $0.entries.append(.init(".DS_Store", [0, 0, 0, 1]))
    },
    Variant("a ZIP beside the images") {
      $0.entries.append(.init("report.zip", ZipFile([("a", [1])]).bytes()))
    },
    Variant("CR LF behind the end") { $0.suffix = [0x0d, 0x0a] },
    Variant("a line feed behind the end") { $0.suffix = [0x0a] },
    Variant("a block of a tape behind the end") { $0.suffix = zeros(10_240) },
    Variant("more padding than a comment could be") { $0.suffix = zeros(300_000) },
    Variant("padding behind ZIP64") {
      $0.is64 = true
      $0.suffix = zeros(512)
    },
    Variant("a mark of a split that was not needed") { $0.prefix = Array("PK00".utf8) },
    Variant("a comment") { $0.comment = Array("exported".utf8) },
    Variant("a comment that ends in zeros, and padding") {
      $0.comment = Array("exported".utf8) + [0, 0, 0]
      $0.suffix = zeros(100)
    },
    Variant("ZIP64 with other fields before it") {
      $0.entries[2].extra = [0x55, 0x54, 5, 0, 1, 0, 0, 0, 0]
      $0.is64 = true
    },
    Variant("a ZIP64 record though the short end has all numbers") { zip in
      zip.is64 = true
      zip.changeEnd = { end in
        // 24: entries, 40: length and place of the directory, in the record; 76: the short end.
        end.replaceSubrange(84..<86, with: end[24..<26])
        end.replaceSubrange(86..<88, with: end[24..<26])
        end.replaceSubrange(88..<92, with: end[40..<44])
        end.replaceSubrange(92..<96, with: end[48..<52])
      }
    },
  ]

  static let refused: [Variant] = [
    Variant("text behind the end", .zipCorrupt(.directory)) { $0.suffix = Array("bye".utf8) },
    Variant("text behind padding", .zipCorrupt(.directory)) { $0.suffix = zeros(600) + [7] },
    Variant("a comment shorter than declared", .zipCorrupt(.directory)) {
      $0.changeEnd = { $0[20] = 5 }
    },
    Variant("a ZIP64 count of another number", .zipUnsupported(.split)) { changed(&$0, 24, 15) },
    Variant("a ZIP64 total of another number", .zipUnsupported(.split)) { changed(&$0, 32, 15) },
    Variant("a ZIP64 directory of 2⁶³ bytes", .zipCorrupt(.directory)) { changed(&$0, 47, 0x80) },
    Variant("a ZIP64 directory at 2⁶⁴ − 1", .zipCorrupt(.directory)) {
      for place in 48..<56 { changed(&$0, place, 0xff) }
    },
    Variant("a ZIP64 record of another length", .zipCorrupt(.directory)) { changed(&$0, 4, 45) },
    Variant("a ZIP64 record on another disk", .zipUnsupported(.split)) { changed(&$0, 16, 1) },
    Variant("a ZIP64 locator that leads out", .zipCorrupt(.directory)) {
      for place in 64..<72 { changed(&$0, place, 0xff) }
    },
    Variant("a ZIP64 locator of two disks", .zipUnsupported(.split)) { changed(&$0, 72, 2) },
    Variant("a short end that contradicts the long one", .zipCorrupt(.directory)) {
      changed(&$0, 84, 9)
      changed(&$0, 85, 0)
    },
    Variant("a name that leads out, twice", .zipCorrupt(.name)) {
      $0.is64 = true
      $0.entries[3].name = "../x"
      $0.entries[4].name = "../x"
    },
    Variant("an overlap in ZIP64", .zipCorrupt(.overlap)) {
      $0.is64 = true
      $0.entries[3].placeOf = 2
    },
    Variant("4 EB declared in ZIP64", .zipCorrupt(.directory)) {
      $0.is64 = true
      $0.entries[3].declaredBytes = 1 << 62
    },
    Variant("256 TB declared in ZIP64", .inflatedTooLarge(limit: 2 << 30)) {
      $0.is64 = true
      $0.entries[3].declaredBytes = 1 << 48
    },
    Variant("a wrong length in ZIP64", .zipCorrupt(.content)) {
      $0.is64 = true
      $0.descriptor = .plain
      $0.entries[3].declaredBytes = 10
    },
    Variant("a bomb that padding is to hide", .inflatedTooLarge(limit: 0)) {
      $0.entries = [.init("bomb", zeros(30 << 20))]
      $0.suffix = zeros(1 << 20)
    },
  ]

  private static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

  /// Sets a byte of the ZIP64 record (0 to 55), its locator (56 to 75) or the short end (76 to 97).
  private static func changed(_ zip: inout ZipFile, _ place: Int, _ byte: UInt8) {
    zip.is64 = true
    let before = zip.changeEnd
    zip.changeEnd = {
      before(&$0)
      $0[place] = byte
    }
  }

  @Test("Streams", arguments: streamed) func streams(variant: Variant) throws {
    try expect(variant)
  }

  @Test("What is read", arguments: read) func reading(variant: Variant) throws {
    try expect(variant)
  }

  @Test("What is refused", arguments: refused) func refusal(variant: Variant) throws {
    try expect(variant)
  }

  private func expect(_ variant: Variant) throws {
    let worker = Worker()
    defer { worker.remove() }
    var zip = ZipFile(Self.files)
    variant.change(&zip)
    switch (worker.outcome(zip.bytes()), variant.error) {
    case (.failure(.inflatedTooLarge), .inflatedTooLarge?): break
    case (let outcome, let error?): #expect(outcome == .failure(error), "\(variant.name)")
    case (let outcome, nil): #expect(outcome == .success([16, 1]), "\(variant.name)")
    }
    #expect(worker.left.isEmpty)
  }

  @Test func noDamageOfZIP64Traps() {
    var zip = ZipFile(Array(Self.files.prefix(2)))
    zip.is64 = true
    zip.descriptor = .signed
    let bytes = zip.bytes()
    for place in Array(0..<80) + Array((bytes.count - 400)..<bytes.count) {
      for value: UInt8 in [0, 1, 0x7f, 0x80, 0xff] {
        var damaged = bytes
        damaged[place] = value
        let spool = NIfTISpool(damaged)
        let file = FileRegion(descriptor: spool.fileDescriptor, byteCount: damaged.count)
        _ = try? ZipArchive(file, limits: SeriesLimits())
      }
    }
  }

  /// A form may bring a ZIP, several, and files beside them.
  @Test func partsMayBeZIPs() {
    let worker = Worker()
    defer { worker.remove() }
    let half = Array(Self.files.prefix(8))
    let rest = Self.files.dropFirst(8)
    let (whole, first) = (ZipFile(Self.files).bytes(), ZipFile(half).bytes())
    let second = ZipFile(Array(rest)).bytes()
    for parts in [
      [whole], [first, second], [first] + rest.map(\.content), rest.map(\.content) + [first],
      [whole, Array("a note".utf8)],
    ] {
      let outcome = worker.outcome(parts.flatMap(\.self), parts: parts.map(\.count))
      #expect(outcome == .success([16, 1]), "\(parts.count) parts")
    }
    // Limits hold for all parts together.
    var strict = worker
    strict.limits.files = 15
    let outcome = strict.outcome(first + second, parts: [first.count, second.count])
    #expect(outcome == .failure(.tooManyFiles(limit: 15, actual: 16)))
    var narrow = worker
    narrow.limits.inflatedBytes = Self.files.reduce(0) { $0 + $1.content.count } - 1
    #expect(
      narrow.outcome(first + second, parts: [first.count, second.count])
        == .failure(.inflatedTooLarge(limit: narrow.limits.inflatedBytes)))
    // A damaged one is refused, wherever it is, and so is one that holds ZIPs.
    let cut = Array(second.dropLast())
    #expect(
      worker.outcome(first + cut, parts: [first.count, cut.count])
        == .failure(.zipCorrupt(.directory)))
    let nested = ZipFile([("a.zip", first), ("b.zip", second)]).bytes()
    #expect(
      worker.outcome(nested, parts: [nested.count]) == .failure(.nestedArchives(files: 2)))
    #expect(worker.left.isEmpty)
  }
}
