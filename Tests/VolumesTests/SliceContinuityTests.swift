import TestSupport
import Testing

@testable import Volumes

/// Slices that seem to be missing.
@Suite struct SliceContinuityTests {
  /// Slices whose voxels move by `step` HU from one to the next, but by `jump` behind slice `place`.
  private static func slices(
    _ count: Int, step: Float = 20, jump: Float, behind place: Int?
  ) -> [[Float]] {
    var level: Float = -800
    return (0..<count).map { slice in
      defer { level += slice == place ? jump : step }
      return (0..<(40 * 35)).map { level + Float($0 % 7) }
    }
  }

  private static func blanks(_ count: Int) -> [[Float]] {
    [[Float]](repeating: .init(repeating: -1024, count: 40 * 35), count: count)
  }

  private static func continuity(_ slices: [[Float]]) -> SliceContinuity {
    var continuity = SliceContinuity()
    for (index, slice) in slices.enumerated() {
      slice.map { Int16($0) }.withUnsafeBufferPointer { continuity.add($0, index: index) }
    }
    return continuity
  }

  @Test(arguments: [2, 3, 20, 36]) func aJumpIsFoundWhereItIs(_ place: Int) throws {
    let found = Self.continuity(Self.slices(40, jump: 60, behind: place))
    let gaps = try #require(found.gaps)
    #expect(gaps.first.below == place && gaps.count == 1)
  }

  @Test func aJumpOfHalfAsMuchAgainIsTheLeast() {
    #expect(Self.continuity(Self.slices(40, jump: 30, behind: 9)).gaps == nil)
    #expect(Self.continuity(Self.slices(40, jump: 31, behind: 9)).gaps?.first.below == 9)
  }

  @Test func evenStepsFlatSlicesAndShortStacksHaveNone() {
    #expect(Self.continuity(Self.slices(50, jump: 20, behind: nil)).gaps == nil)
    #expect(Self.continuity(Self.blanks(50)).gaps == nil)
    #expect(Self.continuity(Self.slices(31, jump: 500, behind: 9)).gaps == nil)
    #expect(Self.continuity(Self.slices(32, jump: 500, behind: 9)).gaps?.first.below == 9)
    // A step that is too small to mean anything.
    for (jump, isFound) in [(7, false), (8, true)] as [(Float, Bool)] {
      let still = Self.slices(50, step: 0, jump: jump, behind: 24)
      #expect((Self.continuity(still).gaps != nil) == isFound, "\(jump) HU")
    }
  }

  /// Some converters pad a series to a round number of slices.
  @Test func paddingAtTheEndsIsNoGap() {
    let body = Self.slices(40, jump: 20, behind: nil)
    for (before, behind) in [(0, 1), (1, 1), (2, 2), (3, 3), (0, 9), (9, 0)] {
      let padded = Self.blanks(before) + body + Self.blanks(behind)
      #expect(Self.continuity(padded).gaps == nil, "\(before) before, \(behind) behind")
    }
  }

  @Test func paddingMovesAGapAndIsNotCountedAsBody() throws {
    let padded = Self.blanks(4) + Self.slices(40, jump: 60, behind: 9)
    let gaps = try #require(Self.continuity(padded).gaps)
    #expect(gaps.first == .init(below: 13, above: 14) && gaps.count == 1)
    let short = Self.blanks(9) + Self.slices(31, jump: 60, behind: 9)
    #expect(Self.continuity(short).gaps == nil)
  }

  @Test func blankSlicesWithinTheBodyAreAGap() throws {
    for count in [1, 2, 5] {
      var body = Self.slices(50, jump: 20, behind: nil)
      body.replaceSubrange(20..<(20 + count), with: Self.blanks(count))
      let gaps = try #require(Self.continuity(body).gaps, "\(count) blank")
      #expect(
        gaps.first == .init(below: 19, above: 20 + count) && gaps.count == 1, "\(count) blank")
    }
  }

  @Test func allGapsAreCountedAndTheFirstIsNamed() throws {
    let half = Self.slices(30, jump: 90, behind: 15)
    let gaps = try #require(Self.continuity(half + half.reversed()).gaps)
    #expect(gaps.first.below == 15 && gaps.count == 2)
  }

  @Test func aBodyThatIsNotEvenHasNone() {
    let pieces = (0..<12).flatMap { _ in Self.slices(6, jump: 90, behind: 2) }
    #expect(Self.continuity(pieces).gaps == nil)
  }

  @Test func aFileWithoutSomeOfItsSlicesHasAWarning() throws {
    #expect(try !Self.codes(Self.file(leavingOut: 30..<30)).contains("slices-missing"))
    let spool = NIfTISpool(Self.file(leavingOut: 20..<23).bytes())
    let warnings = try withExtendedLifetime(spool) {
      try Preprocessing.summarize(try open(spool)).warnings
    }
    #expect(warnings.contains(.slicesMissing(after: 19, places: 1)))
  }

  /// From ear to ear and from front to back a body is not even.
  @Test func onlyAxialSlicesAreJudged() throws {
    // Which of the patient's axes each of the file's axes runs along, fastest first.
    for (axes, isAxial) in [
      ([0, 1, 2], true), ([1, 0, 2], true), ([2, 1, 0], false), ([0, 2, 1], false),
    ] {
      var file = Self.file(leavingOut: 20..<23)
      var sform = [Double](repeating: 0, count: 12)
      for (column, row) in axes.enumerated() { sform[4 * row + column] = 5 }
      file.setSform(sform)
      #expect(try Self.codes(file).contains("slices-missing") == isAxial, "\(axes)")
    }
  }

  private static func file(leavingOut gap: Range<Int>) -> NIfTIFile {
    let whole = slices(60, jump: 20, behind: nil).map { $0.map { Double($0) } }
    let kept = whole[..<gap.lowerBound] + whole[gap.upperBound...]
    return NIfTIFile(
      shape: [40, 35, kept.count], spacing: [5, 5, 5], values: kept.flatMap(\.self))
  }

  private static func codes(_ file: NIfTIFile) throws -> [String] {
    let spool = NIfTISpool(file.bytes())
    return try withExtendedLifetime(spool) {
      try Preprocessing.summarize(try open(spool)).warnings.map(\.code)
    }
  }
}
