import Files
import Foundation
import TestSupport
import Testing

@testable import DICOM

/// A series is scored whole or not at all: files that cannot be read, frames of one file, several patients.
@Suite struct WholeSeriesTests {
  private static let series = DICOMFile.series()

  private static func outcome(_ files: [[UInt8]]) -> Result<[Int], SeriesError> {
    let worker = Worker()
    defer { worker.remove() }
    return worker.outcome(files.flatMap(\.self), parts: files.map(\.count))
  }

  @Test("Heads that break off", arguments: [140, 200, 330, 500, 700]) func cut(count: Int) {
    var files = Self.series.map { $0.bytes() }
    for index in 13..<16 { files[index] = Array(files[index].prefix(count)) }
    #expect(Self.outcome(files) == .failure(.unreadableHeads(files: 3)))
    // Nothing else is there.
    #expect(
      Self.outcome(Self.series.map { Array($0.bytes().prefix(count)) })
        == .failure(.unreadableHeads(files: 16)))
  }

  @Test func copiesThatFailedAreNotDropped() {
    for blank in [[0], [UInt8](repeating: 0, count: 128), [UInt8](repeating: 0, count: 9000)] {
      var files = Self.series.map { $0.bytes() }
      files[15] = blank
      #expect(Self.outcome(files) == .failure(.unreadableHeads(files: 1)))
      files[15] = Array(Self.series[15].bytes().prefix(131))
      #expect(Self.outcome(files) == .failure(.unreadableHeads(files: 1)))
    }
  }

  @Test func aThousandFramesAreNotTooMany() throws {
    let frames = (0..<1500).map { index in
      DICOMFile(index: index, hounsfield: [0], columns: 1, rows: 1, spacing: [1, 1, 1])
    }
    for hasLengths in [true, false] {
      let bytes = DICOMFile.enhanced(frames, shared: [], hasLengths: hasLengths).bytes()
      let spool = NIfTISpool(bytes)
      let header = try #require(
        try ImageHeader.read(
          FileRegion(descriptor: spool.fileDescriptor, byteCount: bytes.count), at: 0,
          byteCount: bytes.count))
      #expect(header.planes.count == 1500 && header.planes[1499].position?.z == 1499)
    }
  }

  /// Rows of the stack lie along any axis, and its images in any direction.
  @Test(
    "Directions of a stack",
    arguments: [
      ["1\\0\\0\\0\\1\\0", "0\\0\\%"], ["1\\0\\0\\0\\-1\\0", "0\\0\\%"],
      ["-1\\0\\0\\0\\1\\0", "0\\0\\%"], ["1\\0\\0\\0\\0\\-1", "0\\%\\0"],
      ["0\\1\\0\\0\\0\\-1", "%\\0\\0"], ["0\\1\\0\\1\\0\\0", "0\\0\\%"],
      ["0.8\\0.6\\0\\-0.6\\0.8\\0", "5\\5\\%"],
    ]) func directions(texts: [String]) throws
  {
    let worker = Worker()
    defer { worker.remove() }
    var files = Self.series
    for index in files.indices {
      files[index].texts[0x0020_0037] = texts[0]
      files[index].texts[0x0020_0032] = texts[1].replacing("%", with: "\(20 * index - 100)")
    }
    let values = try worker.hounsfield(files)
    #expect(values == Worker.phantom || values == Worker.phantom.reversed())
    // Each image keeps its own intercept, wherever it lies.
    for index in 3..<6 {
      files[index].texts[0x0028_1052] = "-24"
      files[index].pixels = files[index].pixels.map { $0 + 24 }
    }
    #expect(try worker.hounsfield(files) == values)
  }

  @Test func headsThatAreDamagedAreNotDropped() {
    let damage: [(inout DICOMFile) -> Void] = [
      // An element with a representation that none has, one that is longer than the file, a sequence without an end.
      { $0.extra = [9, 0, 0x10, 0, 0, 1, 4, 0, 1, 2, 3, 4] },
      { $0.extra = [9, 0, 0x10, 0] + Array("UN".utf8) + [0, 0, 0xf0, 0xff, 0xff, 0x7f] },
      { $0.extra = [9, 0, 0x10, 0] + Array("SQ".utf8) + [0, 0, 0xff, 0xff, 0xff, 0xff, 1, 2] },
      { $0.numbers[0x0028_0010] = nil }, { $0.numbers[0x0028_0011] = 0 },
      { $0.numbers[0x0028_0002] = 3 }, { $0.texts[0x0028_0004] = "PALETTE COLOR" },
    ]
    for (index, change) in damage.enumerated() {
      var files = Self.series
      for place in 10..<16 { change(&files[place]) }
      let outcome = Self.outcome(files.map { $0.bytes() })
      #expect(outcome == .failure(.unreadableHeads(files: 6)), "\(index)")
    }
  }

  @Test func whatIsNotOfTheSeriesMayBeDamaged() {
    var scout = Self.series[0]
    scout.texts[0x0008_0008] = "ORIGINAL\\PRIMARY\\LOCALIZER"
    scout.texts[0x0008_0018] = "1.2.3"
    var report = Self.series[0]
    report.texts[0x0008_0016] = "1.2.840.10008.5.1.4.1.1.88.33"
    report.texts[0x0008_0060] = "SR"
    var other = DICOMFile.series(series: 2)[3]
    other.numbers[0x0028_0010] = nil
    let files =
      Self.series.map { $0.bytes() } + [
        scout.bytes(), report.bytes(), Array(report.bytes().prefix(600)), other.bytes(),
        Array("not DICOM".utf8), [],
      ]
    #expect(Self.outcome(files) == .success([16, 1]))
  }

  @Test func aHeadMayBeLongAndHaveNoPreamble() {
    var files = Self.series
    for index in files.indices {
      files[index].extra = DICOMFile.element(
        0x0009_0010, "UN", [UInt8](repeating: 7, count: 3 << 20))
    }
    #expect(Self.outcome(files.map { $0.bytes() }) == .success([16, 1]))
    let bare = Self.series.map { Array($0.bytes().dropFirst(132)) }
    #expect(Self.outcome(bare) == .success([16, 1]))
    let mixed = Self.series.prefix(10).map { $0.bytes() } + bare.dropFirst(10)
    #expect(Self.outcome(Array(mixed)) == .success([16, 1]))
  }

  @Test func twoPatientsOfOneStudyAreNoticed() {
    func change(_ tags: [UInt32: String?], _ count: Int = 8) -> [[UInt8]] {
      var files = Self.series
      for index in 0..<count {
        for (tag, text) in tags { files[index].texts[tag] = text }
      }
      return files.map { $0.bytes() }
    }
    let two = Result<[Int], SeriesError>.failure(.mixedPatients(patients: 2))
    #expect(Self.outcome(change([0x0010_0020: "OTHER"])) == two)
    #expect(Self.outcome(change([0x0010_0020: "OTHER"], 1)) == two)
    let none = Self.series.map { file in
      var file = file
      file.texts[0x0010_0020] = ""
      return file
    }
    var names = none
    names[3].texts[0x0010_0010] = "SOMEBODY^ELSE"
    #expect(Self.outcome(names.map { $0.bytes() }) == two)
    var dates = none
    for index in dates.indices {
      dates[index].texts[0x0010_0030] = index < 9 ? "19500101" : "19500102"
    }
    #expect(Self.outcome(dates.map { $0.bytes() }) == two)
    var second = DICOMFile.series(series: 2)
    for index in second.indices { second[index].texts[0x0010_0020] = "OTHER" }
    #expect(Self.outcome((Self.series + second).map { $0.bytes() }) == two)
    // Another spelling, and names that were removed, are not another patient.
    #expect(Self.outcome(change([0x0010_0010: "Canary^Patient"])) == .success([16, 1]))
    #expect(Self.outcome(change([0x0010_0020: nil, 0x0010_0010: nil])) == .success([16, 1]))
  }

  @Test("Frames of one file are the images of a series", arguments: [true, false])
  func frames(hasLengths: Bool) throws {
    let worker = Worker()
    defer { worker.remove() }
    for shared: Set<UInt32> in [
      [], [0x0020_9116, 0x0028_9110], [0x0020_9116, 0x0028_9110, 0x0028_9145],
    ] {
      let file = DICOMFile.enhanced(Self.series, shared: shared, hasLengths: hasLengths)
      #expect(try worker.hounsfield([file]) == Worker.phantom)
    }
    let order = [3, 0, 15, 7, 1, 2, 14, 4, 5, 6, 13, 8, 9, 10, 12, 11].map { Self.series[$0] }
    #expect(try worker.hounsfield([.enhanced(order)]) == Worker.phantom)
    var different = Self.series
    for index in 0..<7 {
      different[index].texts[0x0028_1052] = "-1024"
      different[index].pixels = different[index].pixels.map { $0 + 1024 }
    }
    #expect(try worker.hounsfield([.enhanced(different)]) == Worker.phantom)
  }

  @Test("What is wrong with images is wrong with frames", arguments: brokenFrames)
  func broken(series: SeriesTests.BrokenSeries) {
    let worker = Worker()
    defer { worker.remove() }
    var files = Self.series
    series.change(&files)
    #expect(worker.outcome(files) == .failure(series.error), "images: \(series.name)")
    let file = DICOMFile.enhanced(
      files, shared: [], hasLengths: series.name.count.isMultiple(of: 2))
    #expect(worker.outcome([file]) == .failure(series.error), "frames: \(series.name)")
  }

  static let brokenFrames =
    SeriesTests.brokenSeries.prefix(10).filter { $0.name != "images of two sizes" } + [
      SeriesTests.BrokenSeries(
        "half and whole distances", .inconsistent(.spacing(narrowest: 7, widest: 20))
      ) {
        for index in $0.indices {
          $0[index].texts[0x0020_0032] = "0\\0\\\(index < 9 ? 20 * index : 160 + 7 * (index - 8))"
        }
      },
      SeriesTests.BrokenSeries(
        "one beside the others", .inconsistent(.beside(count: 1, millimetres: 3))
      ) {
        $0[6].texts[0x0020_0032] = "3\\0\\120"
      },
      SeriesTests.BrokenSeries(
        "another spacing in one",
        .inconsistent(.pixelSpacings(one: [18.5, 16], other: [18.5, 17]))
      ) {
        $0[6].texts[0x0028_0030] = "18.5\\17"
      },
      SeriesTests.BrokenSeries("no spacing in one", .pixelSpacing(images: 1)) {
        $0[6].texts[0x0028_0030] = nil
      },
      SeriesTests.BrokenSeries("a slope of 0 in one", .pixels(.rescale, images: 1)) {
        $0[6].texts[0x0028_1053] = "0"
      },
      SeriesTests.BrokenSeries("a direction that overflows", .inconsistent(.direction(images: 16)))
      {
        for index in $0.indices {
          $0[index].texts[0x0020_0037] = "1e200\\1e200\\0\\1e200\\1e200\\0"
        }
      },
    ]

  @Test func asManyFramesAsPlaces() {
    let worker = Worker()
    defer { worker.remove() }
    for count in ["15", "17", "0", "-1", "99999999999", "abc", ""] {
      var file = DICOMFile.enhanced(Self.series)
      file.texts[0x0028_0008] = count
      #expect(worker.outcome([file]) == .failure(.inconsistent(.frameCount)), "\(count)")
    }
    var file = DICOMFile.enhanced(Self.series)
    file.sequences = []
    #expect(worker.outcome([file]) == .failure(.inconsistent(.frameCount)))
  }

  @Test func placesThatAScannerRoundedAreRegular() throws {
    let worker = Worker()
    defer { worker.remove() }
    var files = Self.series
    for index in files.indices {
      let place = (Double(index) * 0.625 * 10).rounded() / 10
      files[index].texts[0x0020_0032] = "\((Double(index) * 0.031).rounded() / 10)\\0\\\(place)"
    }
    #expect(try worker.hounsfield(files) == Worker.phantom)
    // All images have one number, as some writers do.
    for index in files.indices { files[index].texts[0x0008_0018] = "1.2.3" }
    #expect(worker.outcome(files) == .success([16, 1]))
  }
}
