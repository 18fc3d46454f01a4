import SeriesFacts
import TestSupport
import Testing

@testable import DICOM

/// Which of several series is taken: by what was measured, and the part of the body last.
@Suite struct SeriesChoiceTests {
  /// Images at equal distances, without pixels that anybody reads.
  private struct Series {
    var count = 30
    var step = 10.0
    var number = 1
    var part: String?
    var kernel: String?
    var type: String? = "ORIGINAL\\PRIMARY\\AXIAL"
    var directions = "1\\0\\0\\0\\1\\0"
    /// The axis that images lie along: 0, 1 or 2.
    var axis = 2
    var unit: String?
    var isEnhanced = false
    var phases = 1

    var files: [DICOMFile] {
      let files = (0..<(count * phases)).map { each in
        let index = each % count
        var file = DICOMFile(
          index: each, hounsfield: [Int16](repeating: 0, count: 128), columns: 8, rows: 16,
          spacing: [18, 18, step], series: number)
        var place = [0.0, 0, 0]
        place[axis] = Double(index) * step
        file.texts[0x0020_0032] = place.map { "\($0)" }.joined(separator: "\\")
        file.texts[0x0020_0037] = directions
        file.texts[0x0008_0008] = type
        file.texts[0x0018_0015] = part
        file.texts[0x0018_1210] = kernel
        file.texts[0x0028_1054] = unit
        return file
      }
      return isEnhanced ? [DICOMFile.enhanced(files)] : files
    }
  }

  private static func choice(_ series: [Series]) throws -> (number: Int, rules: [SeriesRule]) {
    let images = try series.flatMap(\.files).enumerated().map { index, file in
      ImageStack.Image(
        file: index, header: try #require(ImageHeader(file.bytes(), isWhole: true)))
    }
    let choice = try SeriesChoice.best(of: images, files: images.count, limits: SeriesLimits())
    #expect(choice.skipped.count == series.count - 1)
    return (choice.stack.seriesNumber, choice.skipped.map(\.rule))
  }

  /// The second of two series is taken for this reason, in whatever order they come.
  private static func expectSecond(_ series: [Series], _ rule: SeriesRule) throws {
    var series = series
    for index in series.indices { series[index].number = index + 1 }
    for order in [series, series.reversed()] {
      let (number, rules) = try choice(order)
      #expect(number == 2 && rules == [rule], "\(series)")
    }
  }

  /// Words that no list has, too.
  @Test(
    "A whole chest in any language beats a short one that says so",
    arguments: [
      nil, "TORAX", "TÓRAX", "thorax", "BRUST", "POUMONS", "胸部", "ГРУДНАЯ КЛЕТКА", "ABDOMEN",
      "SOMETHING", "Hrudník", "GÖĞÜS", "",
    ] as [String?]) func words(part: String?) throws
  {
    for isEnhanced in [false, true] {
      let short = Series(count: 16, step: 4, part: "CHEST")
      try Self.expectSecond([short, Series(part: part, isEnhanced: isEnhanced)], .coverage)
    }
  }

  @Test func shortSeriesAreNotTaken() throws {
    let chest = Series(type: "DERIVED\\PRIMARY\\AXIAL")
    // Bolus tracking, planning of a biopsy, a slab.
    for short in [
      Series(count: 60, step: 0.001), Series(count: 16, step: 4), Series(count: 9, step: 2),
    ] {
      try Self.expectSecond([short, chest], .coverage)
      var enhanced = short
      enhanced.isEnhanced = true
      try Self.expectSecond([enhanced, chest], .coverage)
    }
    try Self.expectSecond([Series(count: 7, step: 50), chest], .count)
    // Upright images of the whole chest are one; a thin slab of them is not.
    let upright = Series(directions: "1\\0\\0\\0\\0\\-1", axis: 1)
    try Self.expectSecond([Series(count: 16, step: 4), upright], .coverage)
    try Self.expectSecond(
      [Series(count: 9, step: 2, directions: "1\\0\\0\\0\\0\\-1", axis: 1), chest], .coverage)
    // A child's chest is short, and as long as any.
    try Self.expectSecond([Series(count: 12, step: 5), Series(count: 30, step: 5)], .coverage)
  }

  @Test func whatIsMeasuredDecidesInItsOrder() throws {
    try Self.expectSecond([Series(unit: "MGML"), Series()], .unit)
    for phases in [2, 3, 10] { try Self.expectSecond([Series(phases: phases), Series()], .single) }
    try Self.expectSecond(
      [Series(directions: "0\\1\\0\\0\\0\\-1", axis: 0), Series(type: "DERIVED\\SECONDARY")], .axial
    )
    try Self.expectSecond([Series(count: 40, type: "DERIVED\\PRIMARY\\MPR"), Series()], .original)
    try Self.expectSecond([Series(count: 40, part: "BAUCH", type: nil), Series()], .otherRegion)
    try Self.expectSecond([Series(count: 90), Series()], .excess)
    try Self.expectSecond([Series(count: 25), Series()], .length)
    // Thick, thin, and the one that is nearest.
    try Self.expectSecond([Series(), Series(count: 60, step: 5)], .spacing)
    try Self.expectSecond([Series(count: 600, step: 0.5), Series(count: 100, step: 3)], .spacing)
    try Self.expectSecond([Series(kernel: "B70f"), Series(kernel: "B31f")], .kernel)
    // The word comes late: two that are measured alike.
    try Self.expectSecond([Series(part: "XYZ"), Series(part: "CHEST")], .chest)
    try Self.expectSecond([Series(part: "CHEST", kernel: "LUNG"), Series()], .kernel)
    let (number, rules) = try Self.choice([Series(number: 5), Series(number: 3)])
    #expect(number == 3 && rules == [.number])
    #expect(throws: SeriesError.mixedSeries(series: 2)) {
      var other = Series().files
      for index in other.indices { other[index].texts[0x0020_000e] = "1.2.3" }
      let images = try (Series().files + other).enumerated().map { index, file in
        ImageStack.Image(
          file: index, header: try #require(ImageHeader(file.bytes(), isWhole: true)))
      }
      _ = try SeriesChoice.best(of: images, files: 60, limits: SeriesLimits())
    }
  }

  @Test func theOneThatIsTakenMustBeAVolume() {
    let worker = Worker()
    defer { worker.remove() }
    // A gap in the better series is a refusal, and the other one is not taken instead.
    var good = Series().files
    good.remove(at: 9)
    let short = Series(count: 12, step: 5, number: 2).files
    #expect(
      worker.outcome(good + short)
        == .failure(.inconsistent(.slicesMissing(places: 1, usual: 10, widest: 20))))
    #expect(worker.outcome(Series().files + short) == .success([30, 2]))
  }

  @Test func skippedSeriesAreMeasured() throws {
    let images = try
      (Series().files + Series(count: 16, step: 4, number: 2).files
      + Series(count: 3, step: 40, number: 3).files).enumerated().map { index, file in
        ImageStack.Image(
          file: index, header: try #require(ImageHeader(file.bytes(), isWhole: true)))
      }
    let choice = try SeriesChoice.best(of: images, files: 49, limits: SeriesLimits())
    #expect(choice.stack.measure == SeriesMeasure(positions: 30, extent: 290, spacing: 10))
    #expect(
      choice.skipped == [
        SkippedSeries(
          measure: SeriesMeasure(positions: 3, extent: 80, spacing: 40), rule: .count),
        SkippedSeries(
          measure: SeriesMeasure(positions: 16, extent: 60, spacing: 4), rule: .coverage),
      ])
  }

  @Test func seriesThatWereScatteredAreCounted() {
    let worker = Worker()
    defer { worker.remove() }
    for share in [1, 2, 5] {
      var files = DICOMFile.series()
      for index in files.indices { files[index].texts[0x0020_000e] = "1.2.\(index / share)" }
      let series = (16 + share - 1) / share
      #expect(
        worker.outcome(files)
          == .failure(.tooFewImages(found: share, needed: 8, images: 16, series: series)))
    }
  }

  @Test func wordsOfManyLanguages() {
    for word in [
      "CHEST", "Thorax", "TORAX", "TÓRAX", "TO\u{301}RAX", "BRUST", "Lunge", "lung", "POUMON",
      "Polmoni", "CHESTABDPELVIS", "THORAX/ABDOMEN", "Bröstkorg", "RINTAKEHÄ", "Klatka piersiowa",
      "ГРУДЬ", "ЛЕГКИЕ", "胸", "흉부", "TRAX", "TAP", "WHOLEBODY",
    ] {
      #expect(BodyRegion(word) == .chest, "\(word)")
    }
    for word in [
      "ABDOMEN", "Abdómen", "BAUCH", "ABD", "PELVIS", "HEAD", "SCHÄDEL", "Crâne", "TSPINE",
      "THORACIC SPINE", "C-SPINE", "KNEE", "cuello", "LEG", "HÜFTE", "ЖИВОТ", "腹部",
    ] {
      #expect(BodyRegion(word) == .other, "\(word)")
    }
    for word in ["", "HEART", "XYZ", "CARMEN", "LEGEND", "WHIPPLE", "123", "COUNT"] {
      #expect(BodyRegion(word) == .unknown, "\(word)")
    }
  }

  /// The word in Latin 1, as ISO_IR 100 has it.
  @Test func aWordInLatin1IsRead() throws {
    let bytes = Series(part: "T~RAX").files[0].bytes().map { $0 == UInt8(ascii: "~") ? 0xd3 : $0 }
    #expect(try #require(ImageHeader(bytes, isWhole: true)).region == .chest)
    let abdomen = Series(part: "ABD~MEN").files[0].bytes().map {
      $0 == UInt8(ascii: "~") ? 0xd3 : $0
    }
    #expect(try #require(ImageHeader(abdomen, isWhole: true)).region == .other)
  }

  @Test func kernels() {
    for name in [
      "B60f", "B70f", "Bl57d\\3", "Br64", "I70f\\2", "LUNG", "BONEPLUS", "EDGE", "FC51", "FC86",
      "FC30", "L", "YC", "Qr59",
    ] {
      #expect(ReconstructionKernel.isSharp(name), "\(name)")
    }
    for name in [
      "B30f", "I31f\\3", "Br40d", "STANDARD", "SOFT", "FC08", "FC13", "FC18", "B", "YA", "", "10",
      "Qr44d", "IMR1,SoftTissue",
    ] {
      #expect(!ReconstructionKernel.isSharp(name), "\(name)")
    }
  }
}
