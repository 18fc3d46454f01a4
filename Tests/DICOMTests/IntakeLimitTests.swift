import Files
import Synchronization
import TestSupport
import Testing

@testable import DICOM

/// What of an upload is read before it is decoded, and for how long.
@Suite struct IntakeLimitTests {
  private static let files = DICOMFile.series().map { $0.bytes() }

  private static func zip(_ files: [[UInt8]], isCompressed: Bool = true) -> [UInt8] {
    var zip = ZipFile(files.enumerated().map { ("\($0).dcm", $1) })
    for index in zip.entries.indices { zip.entries[index].isCompressed = isCompressed }
    return zip.bytes()
  }

  // MARK: A ZIP's directory

  @Test("A name, an extra field or a comment that is too long", arguments: 0..<3)
  func longFields(field: Int) {
    let worker = Worker()
    defer { worker.remove() }
    for (count, isTaken) in [(4096, true), (4097, false), (60_000, false)] {
      var zip = ZipFile(Self.files.enumerated().map { ("\($0)", $1) })
      switch field {
      case 0: zip.entries[3].name = String(repeating: "n", count: count)
      case 1: zip.entries[3].extra = [UInt8](repeating: 1, count: count)
      default: zip.entries[3].comment = [UInt8](repeating: 1, count: count)
      }
      let outcome = worker.outcome(zip.bytes())
      #expect(
        outcome == (isTaken ? .success([16, 1]) : .failure(.zipDirectoryTooLarge(limit: 4096))),
        "\(count) bytes: \(outcome)")
    }
    #expect(worker.left.isEmpty)
  }

  /// The end record alone decides, so what should be a directory need not be one.
  @Test func aDirectoryIsRefusedByWhatTheEndSays() throws {
    func end(count: Int, byteCount: Int) -> [UInt8] {
      NIfTIGzip.littleEndian(UInt32(0x0605_4b50)) + [0, 0, 0, 0]
        + NIfTIGzip.littleEndian(UInt16(count)) + NIfTIGzip.littleEndian(UInt16(count))
        + NIfTIGzip.littleEndian(UInt32(byteCount)) + [0, 0, 0, 0, 0, 0]
    }
    func refusal(count: Int, byteCount: Int) -> SeriesError? {
      let spool = NIfTISpool(
        [UInt8](repeating: 0, count: byteCount) + end(count: count, byteCount: byteCount))
      let file = FileRegion(descriptor: spool.fileDescriptor, byteCount: spool.byteCount)
      do throws(SeriesError) {
        _ = try ZipArchive(file, limits: SeriesLimits())
        return nil
      } catch { return error }
    }
    #expect(refusal(count: 1, byteCount: 16 << 20) == .zipCorrupt(.directory))
    #expect(
      refusal(count: 1, byteCount: (16 << 20) + 1) == .zipDirectoryTooLarge(limit: 16 << 20))
    #expect(refusal(count: 20_001, byteCount: 1 << 20) == .zipCorrupt(.directory))
    #expect(
      refusal(count: 20_002, byteCount: 1 << 20) == .tooManyFiles(limit: 10_000, actual: 20_002))
  }

  @Test("Windows of any size show the same directory", arguments: [1, 46, 47, 100, 1000, 1 << 20])
  func windows(byteCount: Int) throws {
    var zip = ZipFile(Self.files.enumerated().map { ("folder/\($0).dcm", $1) })
    for index in zip.entries.indices {
      zip.entries[index].extra = [UInt8](repeating: 7, count: 13 * index)
      zip.entries[index].comment = [UInt8](repeating: 8, count: 5 * (16 - index))
    }
    zip.entries.insert(.init("folder/", []), at: 4)
    let spool = NIfTISpool(zip.bytes())
    let file = FileRegion(descriptor: spool.fileDescriptor, byteCount: spool.byteCount)
    let wanted = try ZipArchive(file, limits: SeriesLimits()).entries
    #expect(wanted.count == 16)
    #expect(
      try ZipArchive(file, limits: SeriesLimits(), windowBytes: byteCount).entries == wanted)
    zip.entries[9].name = zip.entries[2].name
    let twice = NIfTISpool(zip.bytes())
    let other = FileRegion(descriptor: twice.fileDescriptor, byteCount: twice.byteCount)
    // Two entries with one name are two files.
    #expect(
      try ZipArchive(other, limits: SeriesLimits(), windowBytes: byteCount).entries.count == 16)
  }

  // MARK: Elements of heads

  private static let undefined: [UInt8] = [0xff, 0xff, 0xff, 0xff]
  private static let item: [UInt8] = [0xfe, 0xff, 0x00, 0xe0]
  private static let itemEnd: [UInt8] = [0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0]
  private static let sequenceEnd: [UInt8] = [0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]
  private static let empty = DICOMFile.element(0x0009_0010, "LO", [])

  /// `count` elements or a few more that say nothing, in one of several shapes.
  private static func padding(_ shape: Int, count: Int) -> [UInt8] {
    let elements = [[UInt8]](repeating: empty, count: count).flatMap(\.self)
    let sequence = Array(DICOMFile.element(0x0009_0011, "SQ", []).dropLast(4)) + undefined
    switch shape {
    case 0: return elements
    // Within an item without a length.
    case 1: return sequence + item + undefined + elements + itemEnd + sequenceEnd
    // Items without anything in them.
    default:
      let items = [[UInt8]](repeating: item + [0, 0, 0, 0], count: count).flatMap(\.self)
      return sequence + items + sequenceEnd
    }
  }

  @Test("A head with very many elements", arguments: 0..<3, [false, true])
  func longHead(shape: Int, isZip: Bool) {
    var worker = Worker()
    defer { worker.remove() }
    worker.limits.headElements = 500
    for (count, isTaken) in [(400, true), (600, false)] {
      var files = DICOMFile.series()
      files[15].extra = Self.padding(shape, count: count)
      let bytes = files.map { $0.bytes() }
      let outcome =
        isZip
        ? worker.outcome(Self.zip(bytes))
        : worker.outcome(bytes.flatMap(\.self), parts: bytes.map(\.count))
      #expect(
        outcome == (isTaken ? .success([16, 1]) : .failure(.tooManyElements(limit: 500))),
        "\(count) elements: \(outcome)")
      #expect(worker.left.isEmpty)
    }
  }

  @Test("Many heads with many elements each", arguments: 0..<3) func longHeads(shape: Int) {
    var worker = Worker()
    defer { worker.remove() }
    var files = DICOMFile.series()
    for index in files.indices { files[index].extra = Self.padding(shape, count: 200) }
    #expect(worker.outcome(files) == .success([16, 1]))
    worker.limits.allHeadElements = 3000
    #expect(worker.outcome(files) == .failure(.tooManyElements(limit: 3000)))
    let bytes = files.map { $0.bytes() }
    #expect(worker.outcome(Self.zip(bytes)) == .failure(.tooManyElements(limit: 3000)))
  }

  @Test func ofOneFileTheElementsOfTheGroupBeforeTheOthersCount() throws {
    var limits = SeriesLimits()
    limits.headElements = 100
    let meta = [[UInt8]](repeating: DICOMFile.element(0x0002_0016, "AE", []), count: 101)
    let bytes = [UInt8](repeating: 0, count: 128) + Array("DICM".utf8) + meta.flatMap(\.self)
    let spool = NIfTISpool(bytes)
    let file = FileRegion(descriptor: spool.fileDescriptor, byteCount: spool.byteCount)
    #expect(throws: SeriesError.tooManyElements(limit: 100)) {
      try ImageHeader.read(file, at: 0, byteCount: bytes.count, budget: HeadBudget(limits))
    }
  }

  /// The last of several is taken, as by other readers, and only that one is decoded.
  @Test func anElementThatComesOftenIsTakenOnce() throws {
    var file = DICOMFile.series()[0]
    let many = DICOMFile.element(0x0008_0008, "CS", [UInt8](repeating: 0x5c, count: 1024))
    file.extra = [[UInt8]](repeating: many, count: 500).flatMap(\.self)
    file.extra += DICOMFile.element(0x0008_0008, "CS", Array("DERIVED\\AXIAL ".utf8))
    let header = try #require(ImageHeader(file.bytes(), isWhole: true))
    #expect(header.imageType == ["DERIVED", "AXIAL"])
  }

  @Test func imagesOfFilesWithManyAreCountedTogether() {
    var worker = Worker()
    defer { worker.remove() }
    worker.limits.files = 40
    let file = DICOMFile.enhanced(DICOMFile.series())
    #expect(worker.outcome([file]) == .success([16, 1]))
    var others = [file, file, file]
    for index in others.indices { others[index].texts[0x0008_0018] = "1.2.3.\(index)" }
    #expect(worker.outcome(others) == .failure(.tooManyFiles(limit: 40, actual: 48)))
    let bytes = others.map { $0.bytes() }
    #expect(worker.outcome(Self.zip(bytes)) == .failure(.tooManyFiles(limit: 40, actual: 48)))
  }

  @Test func theServiceReadsAHundredTimesWhatAnImageHas() {
    let worker = Worker()
    defer { worker.remove() }
    var files = DICOMFile.series()
    for index in files.indices { files[index].extra = Self.padding(1, count: 6000) }
    #expect(worker.outcome(files) == .success([16, 1]))
  }

  // MARK: Time

  /// One file that would take long, in each form of an upload.
  private static func uploads(_ content: [UInt8]) -> [(bytes: [UInt8], parts: [Int])] {
    [
      (zip([content]), []), (zip([content], isCompressed: false), []),
      (content, [content.count]),
      ([UInt8](repeating: 0, count: 128) + Array("DICM".utf8) + content, []),
    ]
  }

  /// Nothing of these files is decoded: the time counts for unpacking and reading, too.
  @Test("Time that is over before anything is decoded", arguments: 0..<4) func deadline(form: Int) {
    var worker = Worker()
    defer { worker.remove() }
    let upload = Self.uploads([1, 2, 3])[form]
    #expect(
      worker.outcome(upload.bytes, parts: upload.parts) != .failure(.tooSlow(seconds: 120)))
    worker.limits.conversionSeconds = 0
    #expect(worker.outcome(upload.bytes, parts: upload.parts) == .failure(.tooSlow(seconds: 0)))
    #expect(worker.left.isEmpty)
  }

  @Test("A cancellation within a file", arguments: 0..<4) func cancellation(form: Int) {
    let worker = Worker()
    defer { worker.remove() }
    // Bytes that do not shrink, so that the deflated ones come in pieces, too.
    var random = VolumesRandom(seed: 7)
    let content = (0..<(3 << 20)).map { _ in UInt8.random(in: 0...255, using: &random) }
    let upload = Self.uploads(content)[form]
    let spool = NIfTISpool(upload.bytes)
    let questions = Mutex(0)
    #expect(throws: SeriesError.cancelled) {
      try SeriesConverter(workFolder: worker.folder).convert(
        SeriesFile(
          fileDescriptor: spool.fileDescriptor, byteCount: spool.byteCount, parts: upload.parts)
      ) {
        questions.withLock { questions in
          questions += 1
          return questions == 3
        }
      }
    }
    // Once before the file, and twice within it.
    #expect(questions.withLock { $0 } == 3)
    #expect(worker.left.isEmpty)
  }

  @Test func aWatchSaysWhy() {
    #expect(throws: SeriesError.tooSlow(seconds: 0)) { try ConversionWatch(seconds: 0).check() }
    #expect(throws: SeriesError.cancelled) {
      try ConversionWatch(seconds: 0, isCancelled: { true }).check()
    }
    #expect(throws: Never.self) { try ConversionWatch(seconds: 3600).check() }
    #expect(ConversionWatch(seconds: 0).isOver && !ConversionWatch(seconds: 3600).isOver)
  }
}
