import TestSupport
import Testing

@testable import Volumes

/// Slices that seem to be missing.
@Suite struct SliceContinuityTests {
  /// Slices whose voxels move by 20 HU from one to the next, but by `jump` behind slice `place`.
  private static func slices(_ count: Int, jump: Float, behind place: Int?) -> [[Float]] {
    var level: Float = -800
    return (0..<count).map { slice in
      defer { level += slice == place ? jump : 20 }
      return (0..<(40 * 35)).map { level + Float($0 % 7) }
    }
  }

  private static func continuity(_ slices: [[Float]]) -> SliceContinuity {
    var continuity = SliceContinuity(slower: 35, faster: 40)
    for slice in slices { slice.withUnsafeBufferPointer { continuity.add($0) } }
    return continuity
  }

  @Test(arguments: [2, 3, 20, 36]) func aJumpIsFoundWhereItIs(_ place: Int) throws {
    let found = Self.continuity(Self.slices(40, jump: 60, behind: place))
    let gaps = try #require(found.gaps)
    #expect(gaps == (place, 1))
  }

  @Test func aJumpOfHalfAsMuchAgainIsTheLeast() {
    #expect(Self.continuity(Self.slices(40, jump: 30, behind: 9)).gaps == nil)
    #expect(Self.continuity(Self.slices(40, jump: 31, behind: 9)).gaps?.first == 9)
  }

  @Test func evenStepsFlatSlicesAndShortStacksHaveNone() {
    #expect(Self.continuity(Self.slices(50, jump: 20, behind: nil)).gaps == nil)
    let flat = [[Float]](repeating: .init(repeating: 0, count: 40 * 35), count: 50)
    #expect(Self.continuity(flat).gaps == nil)
    #expect(Self.continuity(Self.slices(31, jump: 500, behind: 9)).gaps == nil)
    #expect(Self.continuity(Self.slices(32, jump: 500, behind: 9)).gaps?.first == 9)
    // A step that is too small to mean anything.
    let step =
      flat.prefix(25) + [[Float]](repeating: .init(repeating: 7, count: 40 * 35), count: 25)
    #expect(Self.continuity(Array(step)).gaps == nil)
  }

  @Test func allGapsAreCountedAndTheFirstIsNamed() throws {
    let half = Self.slices(30, jump: 90, behind: 15)
    let gaps = try #require(Self.continuity(half + half.reversed()).gaps)
    #expect(gaps == (15, 2))
  }

  @Test func aBodyThatIsNotEvenHasNone() {
    let pieces = (0..<12).flatMap { _ in Self.slices(6, jump: 90, behind: 2) }
    #expect(Self.continuity(pieces).gaps == nil)
  }

  @Test func aFileWithoutSomeOfItsSlicesHasAWarning() throws {
    let whole = Self.slices(60, jump: 20, behind: nil).map { $0.map { Double($0) } }
    func warnings(leavingOut gap: Range<Int>) throws -> [VolumeWarning] {
      let slices = whole[..<gap.lowerBound] + whole[gap.upperBound...]
      var file = NIfTIFile(shape: [40, 35, slices.count], spacing: [5, 5, 5], values: [])
      file.setVoxels(slices.flatMap(\.self), as: .int16)
      let spool = NIfTISpool(file.bytes())
      return try withExtendedLifetime(spool) {
        try Preprocessing.summarize(try open(spool)).warnings
      }
    }
    #expect(try !warnings(leavingOut: 30..<30).contains { $0.code == "slices-missing" })
    #expect(try warnings(leavingOut: 20..<23).contains(.slicesMissing(after: 19, places: 1)))
  }
}
