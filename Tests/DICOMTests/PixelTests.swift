import Foundation
import TestSupport
import Testing

@testable import DICOM

/// Stored values: they become the HU that the head says, or are refused.
@Suite struct PixelTests {
  private static func outcome(
    only index: Int? = nil, _ change: (inout DICOMFile) -> Void
  ) -> Result<[Int], SeriesError> {
    let worker = Worker()
    defer { worker.remove() }
    var files = DICOMFile.series()
    for place in files.indices where index == nil || index == place { change(&files[place]) }
    let outcome = worker.outcome(files)
    #expect(worker.left.isEmpty)
    return outcome
  }

  private static func hounsfield(_ change: (inout DICOMFile, Int) -> Void) throws -> [[Double]] {
    let worker = Worker()
    defer { worker.remove() }
    var files = DICOMFile.series()
    for index in files.indices { change(&files[index], index) }
    return try worker.hounsfield(files)
  }

  @Test("Lengths that are not the head's", arguments: [1, 10, 959, 961, 962, 1440, 2880])
  func length(words: Int) {
    // 960 bytes: 24 columns, 20 rows, 2 bytes.
    let fault: SeriesError.PixelFault = words < 960 ? .short : .long
    for index in [nil, 7] as [Int?] {
      let outcome = Self.outcome(only: index) { file in
        let bytes = file.pixels.flatMap { pixel in
          [UInt8(truncatingIfNeeded: pixel), UInt8(truncatingIfNeeded: pixel >> 8)]
        }
        file.pixelBytes = (0..<(words < 960 ? words & ~1 : (words + 1) & ~1)).map {
          bytes[$0 % bytes.count]
        }
      }
      #expect(outcome == .failure(.pixels(fault, images: index == nil ? 16 : 1)), "\(words)")
    }
    let halfRows = Self.outcome { $0.numbers[0x0028_0010] = 10 }
    #expect(halfRows == .failure(.pixels(.long, images: 16)))
    let moreColumns = Self.outcome { $0.numbers[0x0028_0011] = 25 }
    #expect(moreColumns == .failure(.pixels(.short, images: 16)))
  }

  @Test func aFileThatIsCutIsRefused() {
    let worker = Worker()
    defer { worker.remove() }
    for left in [1, 100, 959] {
      var files = DICOMFile.series().map { $0.bytes() }
      files[15].removeLast(960 - left)
      let outcome = worker.outcome(files.flatMap(\.self), parts: files.map(\.count))
      #expect(outcome == .failure(.pixels(.short, images: 1)))
    }
  }

  @Test(
    "Bits that contradict each other or are not read",
    arguments: [
      [0x0028_0100: 12], [0x0028_0100: 32], [0x0028_0100: 24], [0x0028_0100: 1],
      [0x0028_0101: 17], [0x0028_0101: 0], [0x0028_0102: 11], [0x0028_0101: 12],
      [0x0028_0102: 14], [0x0028_0103: 2], [0x0028_0103: 65_535],
    ] as [[UInt32: Int]]) func bits(numbers: [UInt32: Int])
  {
    let outcome = Self.outcome { $0.numbers.merge(numbers) { $1 } }
    #expect(outcome == .failure(.pixels(.format, images: 16)))
    let one = Self.outcome(only: 2) { $0.numbers.merge(numbers) { $1 } }
    #expect(one == .failure(.pixels(.format, images: 1)))
  }

  @Test func bitsThatAreNotSaidAreNotGuessed() {
    for tag: UInt32 in [0x0028_0100, 0x0028_0101, 0x0028_0103] {
      let outcome = Self.outcome { $0.numbers[tag] = nil }
      #expect(outcome == .failure(.pixels(.format, images: 16)))
    }
    #expect(Self.outcome { $0.numbers[0x0028_0102] = nil } == .success([16, 1]))
  }

  @Test(
    "Slopes and intercepts that are not numbers",
    arguments: ["nan", "abc", "1,5", "1e400", "-inf", "0x1", "1\\1"]) func rescale(text: String)
  {
    for tag: UInt32 in [0x0028_1052, 0x0028_1053] {
      let all = Self.outcome { $0.texts[tag] = text }
      #expect(all == .failure(.pixels(.rescale, images: 16)))
      let one = Self.outcome(only: 4) { $0.texts[tag] = text }
      #expect(one == .failure(.pixels(.rescale, images: 1)))
    }
    for zero in ["0", "0.0", "-0", "1e-300"] {
      let outcome = Self.outcome { $0.texts[0x0028_1053] = zero }
      #expect(outcome == .failure(.pixels(.rescale, images: 16)), "\(zero)")
    }
  }

  @Test(
    "Distances between pixels that are not there or not numbers",
    arguments: [
      nil, "", "1,3\\1,3", "abc\\def", "0\\0", "-1\\-1", "1", "1\\1\\1", "nan\\1", "1e-320\\1",
      "1e5\\1", "1\\", "0.01\\0.01",
    ] as [String?]) func spacing(text: String?)
  {
    let all = Self.outcome { $0.texts[0x0028_0030] = text }
    #expect(all == .failure(.pixelSpacing(images: 16)))
    let one = Self.outcome(only: 9) { $0.texts[0x0028_0030] = text }
    #expect(one == .failure(.pixelSpacing(images: 1)))
    let detector = Self.outcome {
      $0.texts[0x0028_0030] = text
      $0.texts[0x0018_1164] = "1\\1"
    }
    #expect(detector == .failure(.pixelSpacing(images: 16)), "the detector's is another")
  }

  @Test func sizesAreComparedWithTheLimitsBeforeAnythingIsDecoded() {
    let worker = Worker()
    defer { worker.remove() }
    let sizes = [
      (4096, 24, 2048, 4096), (20, 65_535, 2048, 65_535), (65_535, 65_535, 1024, 65_535),
      (1500, 1500, 1024, 1500),
    ]
    for (rows, columns, limit, actual) in sizes {
      let outcome = Self.outcome {
        $0.numbers[0x0028_0010] = rows
        $0.numbers[0x0028_0011] = columns
      }
      #expect(outcome == .failure(.tooManyVoxels(limit: limit, actual: actual)))
    }
    var small = worker
    small.limits.volumeBytes = 2 * 24 * 20 * 16 - 1
    #expect(small.outcome(DICOMFile.series()) == .failure(.volumeTooLarge(limit: 15_359)))
    small.limits.volumeBytes += 1
    #expect(small.outcome(DICOMFile.series()) == .success([16, 1]))
  }

  @Test("Signed values of few bits", arguments: [12, 13, 15]) func signs(bits: Int) throws {
    func head(_ file: inout DICOMFile) {
      file.numbers[0x0028_0101] = bits
      file.numbers[0x0028_0102] = bits - 1
    }
    let mask = Int16(truncatingIfNeeded: 1 << bits - 1)
    let bare = try Self.hounsfield { file, _ in
      head(&file)
      file.pixels = file.pixels.map { $0 & mask }
    }
    #expect(bare == Worker.phantom)
    let extended = try Self.hounsfield { file, _ in head(&file) }
    #expect(extended == Worker.phantom)
    let both = Self.outcome(only: 3) { head(&$0) }
    #expect(both == .failure(.pixels(.format, images: 15)) || both == .success([16, 1]))
    let mixed = Result {
      try Self.hounsfield { file, index in
        head(&file)
        if index == 5 { file.pixels[3] = -1000 & mask }
      }
    }
    #expect(throws: SeriesError.pixels(.bits, images: 16)) { try mixed.get() }
    let faulty = Self.outcome(only: 6) {
      head(&$0)
      $0.pixels[0] = Int16.min | 5
    }
    #expect(faulty == .failure(.pixels(.bits, images: 1)))
  }

  @Test func unsignedValuesDoNotUseBitsThatAreNotStored() throws {
    func head(_ file: inout DICOMFile) {
      file.numbers.merge([0x0028_0101: 12, 0x0028_0102: 11, 0x0028_0103: 0]) { $1 }
      file.texts[0x0028_1052] = "-1024"
      file.pixels = file.pixels.map { $0 + 1024 }
    }
    #expect(try Self.hounsfield { file, _ in head(&file) } == Worker.phantom)
    let faulty = Self.outcome { file in
      head(&file)
      file.pixels[7] |= 0x1000
    }
    #expect(faulty == .failure(.pixels(.bits, images: 16)))
  }

  @Test func largeUnsignedWordsStayWhatTheyAre() throws {
    let values = try Self.hounsfield { file, _ in
      file.numbers[0x0028_0103] = 0
      file.texts[0x0028_1052] = "-40000"
      file.pixels = file.pixels.map {
        Int16(bitPattern: UInt16(truncatingIfNeeded: Int($0) + 40_000))
      }
    }
    #expect(values == Worker.phantom)
  }

  @Test func imagesMayDifferInSlopeInterceptAndSign() throws {
    let intercepts = try Self.hounsfield { file, index in
      guard index.isMultiple(of: 2) else { return }
      file.texts[0x0028_1052] = "-1024"
      file.pixels = file.pixels.map { $0 + 1024 }
    }
    #expect(intercepts == Worker.phantom)
    let slopes = try Self.hounsfield { file, index in
      guard index < 5 else { return }
      file.texts[0x0028_1053] = "0.5"
      file.pixels = file.pixels.map { $0 * 2 }
    }
    #expect(slopes == Worker.phantom)
    let signs = try Self.hounsfield { file, index in
      guard index == 15 else { return }
      file.numbers[0x0028_0103] = 0
      file.texts[0x0028_1052] = "-1024"
      file.pixels = file.pixels.map { $0 + 1024 }
    }
    #expect(signs == Worker.phantom)
  }

  @Test func valuesOfEightBitsAreRead() throws {
    let values = try Self.hounsfield { file, _ in
      file.numbers.merge([0x0028_0100: 8, 0x0028_0101: 8, 0x0028_0102: 7, 0x0028_0103: 0]) { $1 }
      file.texts[0x0028_1052] = "-1000"
      file.texts[0x0028_1053] = "8"
      file.pixelBytes = file.pixels.map { UInt8(clamping: (Int($0) + 1000) / 8) }
    }
    #expect(values == Worker.phantom)
  }

  @Test func noRescaleMeansHounsfieldUnits() throws {
    let values = try Self.hounsfield { file, _ in
      file.texts[0x0028_1052] = nil
      file.texts[0x0028_1053] = nil
    }
    #expect(values == Worker.phantom)
  }
}
