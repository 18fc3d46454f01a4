import Testing

@testable import Volumes

struct HounsfieldPlausibilityTests {
  /// Voxels by HU: air, lung, tissue, bone, as a chest has them.
  private static let chest = [-1000: 30_000, -820: 20_000, -100: 20_000, 40: 27_000, 600: 3000]

  @Test func aChestIsWell() {
    #expect(Self.warnings(Self.chest).isEmpty)
    // Cropped to the lungs, as few as air can be.
    #expect(Self.warnings([-870: 5000, 0: 95_000]).isEmpty)
    // What the scanner did not see does not count.
    var padded = Self.chest
    padded[-3024] = 900_000
    #expect(Self.warnings(padded).isEmpty)
  }

  @Test(arguments: [
    (1024, HounsfieldFault.notRescaled), (-1024, .rescaledTwice), (8000, .other),
  ]) func anotherZeroIsFound(_ shift: Int, _ fault: HounsfieldFault) {
    let moved = Dictionary(uniqueKeysWithValues: Self.chest.map { ($0.key + shift, $0.value) })
    #expect(Self.warnings(moved) == [.hounsfieldImplausible(fault)])
  }

  @Test func otherScalesAreFound() {
    let inverted = Dictionary(uniqueKeysWithValues: Self.chest.map { (-$0.key, $0.value) })
    #expect(Self.warnings(inverted) == [.hounsfieldImplausible(.inverted)])
    #expect(Self.warnings([0: 50_000, 120: 50_000, 255: 9]) == [.hounsfieldImplausible(.windowed)])
    #expect(Self.warnings([0: 50_000, 1: 50_000]) == [.hounsfieldImplausible(.windowed)])
    #expect(Self.warnings([0: 9000, 2000: 90_000]) == [.hounsfieldImplausible(.other)])
  }

  @Test func otherPartsOfTheBodyAreFound() {
    // A belly in air, and one that was cropped.
    let belly = [-1000: 40_000, -100: 30_000, 50: 30_000]
    #expect(Self.warnings(belly, lungShare: 0.049) == [.lungMissing])
    #expect(Self.warnings([-100: 40_000, 50: 60_000], lungShare: 0) == [.lungMissing])
    // What counts is the body, not how much of the volume has some density.
    #expect(Self.warnings(Self.chest, lungShare: 0.01) == [.lungMissing])
    #expect(Self.warnings(belly, lungShare: 0.05).isEmpty)
  }

  @Test func fewVoxelsSayNothing() {
    #expect(Self.warnings([3000: 4095]).isEmpty)
    #expect(Self.warnings([3000: 4096]) == [.hounsfieldImplausible(.other)])
  }

  private static func warnings(
    _ voxels: [Int: Int], lungShare: Double = 0.2
  ) -> [VolumeWarning] {
    let values = voxels.keys.map(Float.init)
    return HounsfieldPlausibility(
      count: { range in voxels.reduce(0) { $0 + (range.contains($1.key) ? $1.value : 0) } },
      range: (values.min() ?? 0)...(values.max() ?? 0), lungShare: lungShare
    ).warnings()
  }
}
