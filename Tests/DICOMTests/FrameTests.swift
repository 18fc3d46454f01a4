import TestSupport
import Testing

@testable import DICOM

/// Frames of an enhanced CT: each has its own position, direction and rescale, and all must be one volume.
@Suite struct FrameTests {
  private static let series = DICOMFile.series()
  private static let rescale: Set<UInt32> = [0x0020_9116, 0x0028_9110, 0x0028_9145]

  private static func outcome(_ files: [DICOMFile]) -> Result<[Int], SeriesError> {
    let worker = Worker()
    defer { worker.remove() }
    return worker.outcome(files)
  }

  private static func hounsfield(_ files: [DICOMFile]) throws -> [[Double]] {
    let worker = Worker()
    defer { worker.remove() }
    return try worker.hounsfield(files)
  }

  /// The series with stored values for a slope and an intercept, chosen by the place of the image.
  private static func stored(_ meaning: (Int) -> (slope: Double, intercept: Double)) -> [DICOMFile]
  {
    series.enumerated().map { index, file in
      var file = file
      let (slope, intercept) = meaning(index)
      file.texts[0x0028_1053] = "\(slope)"
      file.texts[0x0028_1052] = "\(intercept)"
      file.pixels = file.pixels.map { Int16((Double($0) - intercept) / slope) }
      return file
    }
  }

  @Test("Rescale of each frame", arguments: 0..<4) func rescale(variant: Int) throws {
    let files = Self.stored { index in
      switch variant {
      case 0: (1, index.isMultiple(of: 2) ? 0 : -1024)
      case 1: (1, index < 8 ? -24 : 0)
      case 2: (index.isMultiple(of: 3) ? 0.5 : 1, 0)
      default: (1, Double(-100 * index))
      }
    }
    #expect(try Self.hounsfield([.enhanced(files)]) == Worker.phantom)
    #expect(try Self.hounsfield([.enhanced(files, hasLengths: false)]) == Worker.phantom)
    #expect(try Self.hounsfield([.enhanced(files.reversed())]) == Worker.phantom)
  }

  @Test func aRescaleThatAllShareIsOverruledByAFramesOwn() throws {
    // What all share is that of the first frame; frames without their own group have it.
    var files = Self.stored { ($0 == 4 || $0 == 9) ? (1, -1024) : (1, -24) }
    var file = DICOMFile.enhanced(files, shared: Self.rescale)
    #expect(try Self.hounsfield([file]) != Worker.phantom, "frames 4 and 9 have no group here")
    for index in files.indices where index != 4 && index != 9 {
      files[index].texts[0x0028_1052] = nil
      files[index].texts[0x0028_1053] = nil
    }
    file = .enhanced(files)
    // Frames that say nothing have the values of the shared group.
    let common = DICOMFile.enhanced(Self.stored { _ in (1, -24) }, shared: Self.rescale)
    let sharedLength = common.sequences.count - Self.perFrame(common).count
    file.sequences = Array(common.sequences.prefix(sharedLength)) + Self.perFrame(file)
    #expect(try Self.hounsfield([file]) == Worker.phantom)
  }

  /// The bytes of the sequence with an item for each frame.
  private static func perFrame(_ file: DICOMFile) -> [UInt8] {
    let tag: [UInt8] = [0x00, 0x52, 0x30, 0x92]
    let start = file.sequences.indices.first { file.sequences[$0...].starts(with: tag) } ?? 0
    return Array(file.sequences[start...])
  }

  @Test(
    "A rescale that some lack",
    arguments: [[0x0028_1052], [0x0028_1053], [0x0028_1052, 0x0028_1053]] as [[UInt32]])
  func missing(tags: [UInt32]) {
    for text in [nil, "", "  "] as [String?] {
      var files = Self.stored { _ in (2, -1024) }
      for index in [3, 7, 8] { for tag in tags { files[index].texts[tag] = text } }
      let error = SeriesError.pixels(.rescaleMissing, images: 3)
      #expect(Self.outcome(files) == .failure(error))
      #expect(Self.outcome([.enhanced(files)]) == .failure(error))
    }
  }

  @Test func aRescaleThatNobodyNeedsMayLack() throws {
    var files = Self.series
    for index in [3, 7] { files[index].texts[0x0028_1052] = nil }
    #expect(try Self.hounsfield(files) == Worker.phantom)
    for index in files.indices {
      files[index].texts[0x0028_1052] = nil
      files[index].texts[0x0028_1053] = ""
    }
    #expect(try Self.hounsfield([.enhanced(files)]) == Worker.phantom)
  }

  @Test func otherUnitsAreNotHounsfield() {
    for unit in ["MGML", "Z_EFF", "ED ", "edw", "PCT", "OD"] {
      var files = Self.series
      for index in files.indices { files[index].texts[0x0028_1054] = unit }
      #expect(Self.outcome(files) == .failure(.pixels(.unit, images: 16)), "\(unit)")
    }
    for unit in ["HU", "US", "", "HU_MOD"] {
      var files = Self.series
      for index in files.indices { files[index].texts[0x0028_1054] = unit }
      #expect(Self.outcome(files) == .success([16, 1]), "\(unit)")
    }
  }

  @Test func framesAtOnePlaceAreNotChosenFrom() {
    let error = { (count: Int) in SeriesError.inconsistent(.samePlace(count: count)) }
    #expect(Self.outcome([.enhanced(Self.series + [Self.series[5]])]) == .failure(error(1)))
    #expect(Self.outcome([.enhanced(Self.series + Self.series)]) == .failure(error(16)))
    let twice = Self.series.flatMap { [$0, $0] }
    #expect(Self.outcome([.enhanced(twice)]) == .failure(error(16)))
  }

  @Test func gapsAndUnevenFramesAreRefusedAsImagesAre() {
    var gap = Self.series
    gap.removeSubrange(5..<8)
    var uneven = Self.series
    for index in uneven.indices where index > 8 {
      uneven[index].texts[0x0020_0032] = "0\\0\\\(160 + 33 * (index - 8))"
    }
    var first = Self.series
    first.remove(at: 1)
    for (files, error) in [
      (gap, SeriesError.SeriesFault.slicesMissing(places: 1, usual: 20, widest: 80)),
      (uneven, .spacing(narrowest: 20, widest: 33)),
      (first, .slicesMissing(places: 1, usual: 20, widest: 40)),
    ] {
      #expect(Self.outcome(files) == .failure(.inconsistent(error)))
      #expect(Self.outcome([.enhanced(files)]) == .failure(.inconsistent(error)))
    }
  }

  @Test func framesWithoutAPlaceOrInAnotherDirection() {
    var none = Self.series
    none[6].texts[0x0020_0032] = nil
    #expect(Self.outcome([.enhanced(none)]) == .failure(.inconsistent(.position(images: 1))))
    for index in none.indices { none[index].texts[0x0020_0032] = nil }
    #expect(Self.outcome([.enhanced(none)]) == .failure(.inconsistent(.position(images: 16))))
    var turned = Self.series
    turned[0].texts[0x0020_0037] = "0\\1\\0\\0\\0\\-1"
    #expect(
      Self.outcome([.enhanced(turned, shared: [0x0028_9110])])
        == .failure(.inconsistent(.directions(degrees: 90))))
    var file = DICOMFile.enhanced(Self.series)
    file.texts[0x0028_0008] = nil
    #expect(Self.outcome([file]) == .failure(.inconsistent(.frameCount)))
  }

  @Test func aLegacyEnhancedFileIsReadAndASecondaryCaptureIsNot() throws {
    var file = DICOMFile.enhanced(Self.series)
    file.texts[0x0008_0016] = "1.2.840.10008.5.1.4.1.1.2.2"
    #expect(try Self.hounsfield([file]) == Worker.phantom)
    for suffix in ["7.2", "7.3", "7.4"] {
      file.texts[0x0008_0016] = "1.2.840.10008.5.1.4.1.1.\(suffix)"
      #expect(
        Self.outcome([file])
          == .failure(.noImages(files: 1, found: [.init(kind: .secondaryCapture, count: 1)])))
    }
  }

  @Test func partsOfOneFileMakeOneVolume() throws {
    let parts = [Array(Self.series.prefix(9)), Array(Self.series.dropFirst(9))]
    var files = parts.map { DICOMFile.enhanced($0) }
    #expect(try Self.hounsfield(files) == Worker.phantom)
    files[1].texts[0x0008_0018] = files[0].texts[0x0008_0018]
    #expect(try Self.hounsfield(files) == Worker.phantom)
  }
}
