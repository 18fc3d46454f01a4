import Foundation
import Synchronization
import TestSupport
import Testing

@testable import DICOM

/// A folder for work, and files in it as uploads.
struct Worker {
  let folder = "/tmp/brgsa-dicom-\(UUID().uuidString)"
  var limits = SeriesLimits()

  init() { mkdir(folder, S_IRWXU) }

  /// What is left in the folder.
  var left: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }

  /// Images and series of what becomes of the files, or why nothing does.
  func outcome(_ bytes: [UInt8], parts: [Int] = []) -> Result<[Int], SeriesError> {
    let spool = NIfTISpool(bytes)
    return Result { () throws(SeriesError) in
      let converted = try SeriesConverter(workFolder: folder, limits: limits).convert(
        SeriesFile(
          fileDescriptor: spool.fileDescriptor, byteCount: spool.byteCount, parts: parts))
      return [converted.images, converted.series]
    }
  }

  func outcome(_ files: [DICOMFile]) -> Result<[Int], SeriesError> {
    let bytes = files.map { $0.bytes() }
    return outcome(bytes.flatMap(\.self), parts: bytes.map(\.count))
  }
}

/// Which images are taken, and when they are one volume.
@Suite struct SeriesTests {
  private static let series = DICOMFile.series()

  @Test func formsZIPsAndFilesInAnyOrderGiveTheSameVoxels() throws {
    let worker = Worker()
    defer { worker.remove() }
    let files = Self.series.map { $0.bytes() }
    let zip = ZipFile(files.enumerated().map { ("a/\($0).dcm", $1) }).bytes()
    var volumes: [[UInt8]] = []
    for (bytes, parts) in [
      (files.flatMap(\.self), files.map(\.count)),
      (files.reversed().flatMap(\.self), files.reversed().map(\.count)), (zip, []),
    ] {
      let spool = NIfTISpool(bytes)
      let converted = try SeriesConverter(workFolder: worker.folder).convert(
        SeriesFile(fileDescriptor: spool.fileDescriptor, byteCount: bytes.count, parts: parts))
      #expect(converted.images == 16 && converted.series == 1)
      var volume = [UInt8](repeating: 0, count: converted.byteCount)
      #expect(pread(converted.fileDescriptor, &volume, volume.count, 0) == volume.count)
      volumes.append(Array(volume.dropFirst(352)))
    }
    #expect(volumes[0].count == 2 * 24 * 20 * 16)
    #expect(volumes[0] == volumes[1] && volumes[0] == volumes[2])
    #expect(worker.left.isEmpty)
  }

  @Test("Broken series", arguments: brokenSeries) func refusal(series: BrokenSeries) {
    let worker = Worker()
    defer { worker.remove() }
    var files = Self.series
    series.change(&files)
    #expect(worker.outcome(files) == .failure(series.error), "\(series.name)")
    #expect(worker.left.isEmpty)
  }

  struct BrokenSeries: Sendable, CustomTestStringConvertible {
    let name: String
    let error: SeriesError
    let change: @Sendable (inout [DICOMFile]) -> Void

    init(
      _ name: String, _ error: SeriesError,
      _ change: @escaping @Sendable (inout [DICOMFile]) -> Void
    ) {
      self.name = name
      self.error = error
      self.change = change
    }

    var testDescription: String { name }
  }

  private static func none(_ kind: SeriesError.FileKind) -> SeriesError {
    .noImages(files: 16, found: [.init(kind: kind, count: 16)])
  }

  static let brokenSeries = [
    BrokenSeries(
      "a missing slice", .inconsistent(.slicesMissing(places: 1, usual: 20, widest: 40))
    ) { $0.remove(at: 5) },
    BrokenSeries(
      "two gaps", .inconsistent(.slicesMissing(places: 2, usual: 20, widest: 60))
    ) {
      $0.remove(at: 10)
      $0.remove(at: 9)
      $0.remove(at: 5)
    },
    BrokenSeries("one place twice", .inconsistent(.samePlace(count: 1))) {
      $0[3].texts[0x0020_0032] = $0[2].texts[0x0020_0032]
    },
    BrokenSeries("all at one place", .inconsistent(.samePlace(count: 15))) {
      for index in $0.indices { $0[index].texts[0x0020_0032] = "0\\0\\0" }
    },
    BrokenSeries("distances that vary", .inconsistent(.spacing(narrowest: 20, widest: 25))) {
      $0[15].texts[0x0020_0032] = "0\\0\\305"
    },
    BrokenSeries("a tilted gantry", .inconsistent(.tilted(degrees: 45))) {
      for index in $0.indices { $0[index].texts[0x0020_0032] = "0\\\(20 * index)\\\(20 * index)" }
    },
    BrokenSeries("images of two sizes", .inconsistent(.size(sizes: 2))) {
      $0[4].numbers[0x0028_0010] = 19
    },
    BrokenSeries("two directions", .inconsistent(.directions(degrees: 90))) {
      $0[4].texts[0x0020_0037] = "0\\1\\0\\0\\0\\-1"
    },
    BrokenSeries("no position", .inconsistent(.position(images: 1))) {
      $0[4].texts[0x0020_0032] = nil
    },
    BrokenSeries("positions that are no numbers", .inconsistent(.position(images: 1))) {
      $0[4].texts[0x0020_0032] = "nan\\inf\\1e999"
    },
    BrokenSeries("two studies", .mixedStudies(studies: 2, series: 1)) {
      $0[4].texts[0x0020_000d] = "1.2.3"
    },
    BrokenSeries("two series that nothing tells apart", .mixedSeries(series: 2)) {
      var other = DICOMFile.series(series: 2)
      for index in other.indices { other[index].texts[0x0020_0011] = "1" }
      $0 += other
    },
    BrokenSeries("too few", .tooFewImages(found: 7, needed: 8, images: 7, series: 1)) {
      $0.removeLast(9)
    },
    BrokenSeries("localizers only", none(.localizer)) {
      for index in $0.indices { $0[index].texts[0x0008_0008] = "ORIGINAL\\PRIMARY\\LOCALIZER" }
    },
    BrokenSeries("another modality", none(.magneticResonance)) {
      for index in $0.indices {
        $0[index].texts[0x0008_0060] = "MR"
        $0[index].texts[0x0008_0016] = "1.2.840.10008.5.1.4.1.1.4"
      }
    },
    BrokenSeries("palette colours", none(.picture)) {
      for index in $0.indices { $0[index].texts[0x0028_0004] = "PALETTE COLOR" }
    },
    BrokenSeries("JPEG that loses", .transferSyntaxUnsupported(.lossyJPEG)) {
      for index in $0.indices { $0[index].fragments = [[0xff, 0xd8, 0xff, 0xc1, 0, 2]] }
      for index in $0.indices { $0[index].transferSyntax = "1.2.840.10008.1.2.4.51" }
    },
    BrokenSeries("pixels that break off", .pixels(.short, images: 16)) {
      for index in $0.indices { $0[index].pixels = [] }
    },
  ]

  @Test func whatIsNoImageIsPassedOver() {
    let worker = Worker()
    defer { worker.remove() }
    var localizer = DICOMFile.series()[0]
    localizer.texts[0x0008_0008] = "ORIGINAL\\PRIMARY\\LOCALIZER"
    localizer.texts[0x0008_0018] = "1.2.3"
    let files = (Self.series + [localizer, Self.series[3]]).map { $0.bytes() }
    var zip = ZipFile(files.enumerated().map { ("\($0)", $1) })
    zip.entries.append(ZipFile.Entry("README.txt", Array("CANARY".utf8)))
    zip.entries.append(ZipFile.Entry("empty", []))
    zip.entries.append(ZipFile.Entry("folder/", []))
    #expect(worker.outcome(zip.bytes()) == .success([16, 1]))
  }

  @Test func elementsOfEveryKindArePassedOver() {
    let worker = Worker()
    defer { worker.remove() }
    let undefined: [UInt8] = [0xff, 0xff, 0xff, 0xff]
    let item: [UInt8] = [0xfe, 0xff, 0x00, 0xe0]
    let ends: [UInt8] = [0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0, 0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]
    let inner = DICOMFile.element(0x0020_0032, "DS", Array("9\\9\\9 ".utf8))
    var files = Self.series
    for index in files.indices {
      // A sequence without lengths, with one in it, and one of unknown kind.
      files[index].extra =
        [8, 0, 0x15, 0x11] + Array("SQ".utf8) + [0, 0] + undefined + item + undefined + inner
        + [8, 0, 0x40, 0x11] + Array("SQ".utf8) + [0, 0] + undefined + item + undefined + ends
        + ends + DICOMFile.element(0x0009_0010, "UN", [UInt8](repeating: 7, count: 70_000))
    }
    #expect(worker.outcome(files) == .success([16, 1]))
  }

  /// Every cut and every changed byte of a head gives an answer.
  @Test func noDamageOfAHeadTraps() {
    let bytes = Self.series[0].bytes()
    for count in 0..<bytes.count where count < 1400 {
      _ = ImageHeader(Array(bytes.prefix(count)), isWhole: true)
    }
    for place in 132..<1200 {
      for value: UInt8 in [0, 0x7f, 0xff] {
        var damaged = bytes
        damaged[place] = value
        if let header = ImageHeader(damaged, isWhole: true) {
          let images = [ImageStack.Image(file: 0, header: header)]
          _ = try? SeriesChoice.best(of: images, files: 1, limits: SeriesLimits())
          _ = try? ImageStack(images).volume(limits: SeriesLimits())
        }
      }
    }
  }

  @Test func aConversionThatIsCancelledLeavesNothing() {
    let worker = Worker()
    defer { worker.remove() }
    let files = Self.series.map { $0.bytes() }
    let spool = NIfTISpool(files.flatMap(\.self))
    for calls in [0, 3, 16, 17, 18] {
      let count = Mutex(0)
      let outcome = Result { () throws(SeriesError) in
        _ = try SeriesConverter(workFolder: worker.folder).convert(
          SeriesFile(
            fileDescriptor: spool.fileDescriptor, byteCount: spool.byteCount,
            parts: files.map(\.count))
        ) {
          count.withLock { count in
            count += 1
            return count > calls
          }
        }
      }
      // The child may be done before it is asked for the last time.
      if calls < 16 { #expect(throws: SeriesError.cancelled) { try outcome.get() } }
      #expect(worker.left.isEmpty)
    }
  }

  @Test func withoutTheConverterNothingIsTaken() {
    let worker = Worker()
    defer { worker.remove() }
    let converter = SeriesConverter(workFolder: worker.folder, program: "/nonexistent")
    let spool = NIfTISpool(Self.series[0].bytes())
    let file = SeriesFile(fileDescriptor: spool.fileDescriptor, byteCount: spool.byteCount)
    #expect(!converter.isAvailable && file.isSeries)
    #expect(throws: SeriesError.converterMissing) { try converter.requireReadable(file) }
    #expect(throws: SeriesError.converterMissing) { try converter.convert(file) }
  }
}
