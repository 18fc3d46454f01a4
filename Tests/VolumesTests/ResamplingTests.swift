import Tensors
import TestSupport
import Testing

@testable import Volumes

@Suite("Resampling") struct ResamplingTests {
  /// Both sides compute in double; what is left is the order of the three axes.
  static let tolerance: Float = 1e-3

  @Test("equals its naive twin on awkward grids", arguments: 0..<48)
  func equalsTwin(_ number: Int) throws {
    let seed = UInt64(20_250_103 + number)
    var random = VolumesRandom(seed: seed)
    let spacings = [0.7, 0.9375, 1, 1.33, 1.5, 2, 2.5, 3, 4.17, 6.9, 10, 20]
    let targets = [0.7, 1, 1.5, 2, 3, 5.5, 6, 12, 33]
    var spacing: [Double] = []
    var shape: [Int] = []
    for _ in 0..<3 {
      let step = spacings.randomElement(using: &random) ?? 1
      spacing.append(Double(Float(step)))
      let least = max(8, Int((50 / step).rounded(.up)) + 1)
      shape.append(Int.random(in: least...(least + 12), using: &random))
    }
    let target = (0..<3).map { _ in targets.randomElement(using: &random) ?? 1 }
    let extent = (0..<3).map { _ in [1, 7, 16, 23, 36].randomElement(using: &random) ?? 1 }
    let phantom = VolumesPhantom(shape: shape, spacing: spacing, seed: seed)
    let code = VolumesOrientations.all.randomElement(using: &random) ?? "LPS"
    let recipe = try PreprocessingRecipe(spacing: target, shape: extent)
    let prepared = try prepare(
      phantom.stored(as: code).file().bytes(), recipe: recipe, output: .hounsfield)
    let twin = VolumesNaiveResampler(target: target, extent: extent).hounsfield(phantom)
    #expect(
      largestDifference(prepared.input.elements, twin) <= Self.tolerance,
      "seed \(seed): \(shape) \(spacing) as \(code) to \(extent) \(target)")
  }

  @Test("interpolates, repeats the edge voxel and then gives the outside value")
  func edges() {
    // Positions 0, 0.75, 1.5, 2.25, 3, 3.75, …: with 4 voxels 3 is the last and 3.5 the end.
    let axis = AxisSampling(count: 4, spacing: 4, isFlipped: false, target: 3, extent: 5)
    #expect(
      axis.samples == [
        .init(first: 0, second: 0, weight: 0), .init(first: 0, second: 1, weight: 0.75),
        .init(first: 1, second: 2, weight: 0.5), .init(first: 2, second: 3, weight: 0.25),
        .init(first: 3, second: 3, weight: 0),
      ])
    let finer = AxisSampling(count: 3, spacing: 4, isFlipped: false, target: 1, extent: 12)
    #expect(finer.inside == 0..<10, "index 2.25 repeats the edge, 2.5 and 2.75 are outside")
    #expect(finer.resampled == 0..<12)
    #expect(finer.samples.last == .init(first: 2, second: 2, weight: 0))
  }

  @Test("mirrors the file's indices along a flipped axis") func flipped() {
    let plain = AxisSampling(count: 9, spacing: 2, isFlipped: false, target: 1.5, extent: 20)
    let flipped = AxisSampling(count: 9, spacing: 2, isFlipped: true, target: 1.5, extent: 20)
    #expect(flipped.samples.map { 8 - $0.first } == plain.samples.map(\.first))
    #expect(flipped.samples.map { 8 - $0.second } == plain.samples.map(\.second))
    #expect(flipped.samples.map(\.weight) == plain.samples.map(\.weight))
  }

  @Test("rounds the new size half to even") func halfToEven() {
    for (count, size) in [(10, 10), (5, 5), (25, 25)] {
      #expect(Self.resampledSize(count: count, spacing: 1, target: 1) == size)
    }
    #expect(Self.resampledSize(count: 5, spacing: 1, target: 2) == 2)
    #expect(Self.resampledSize(count: 7, spacing: 1, target: 2) == 4)
    #expect(Self.resampledSize(count: 9, spacing: 1, target: 2) == 4)
    #expect(Self.resampledSize(count: 11, spacing: 1, target: 2) == 6)
  }

  @Test("crops the larger half and pads the smaller half at the lower side") func centre() {
    #expect(AxisSampling(count: 9, spacing: 1, isFlipped: false, target: 1, extent: 6).start == 2)
    #expect(AxisSampling(count: 8, spacing: 1, isFlipped: false, target: 1, extent: 6).start == 1)
    let padded = AxisSampling(count: 6, spacing: 1, isFlipped: false, target: 1, extent: 9)
    #expect(padded.start == -1)
    #expect(padded.resampled == 1..<7)
  }

  @Test("leaves a volume that is already on the grid as it is") func identity() throws {
    let phantom = VolumesPhantom(shape: [25, 26, 27], spacing: [2, 2, 2], seed: 3)
    let recipe = try PreprocessingRecipe(spacing: [2, 2, 2], shape: [25, 26, 27])
    let prepared = try prepare(
      phantom.stored(as: "LPS").file().bytes(), recipe: recipe, output: .hounsfield)
    for (x, y, z) in [(0, 0, 0), (24, 25, 26), (3, 11, 20)] {
      let found = prepared.input.elements[(x * 26 + y) * 27 + z]
      #expect(found == Float(phantom.hounsfield[x + 25 * (y + 26 * z)]))
    }
  }

  @Test("does not depend on how the intensity step is asked for") func intensityStep() throws {
    let bytes = HostileVolumes.good().bytes()
    for integerHU in [false, true] {
      var intensity = PreprocessingRecipe.Intensity()
      intensity.integerHU = integerHU
      let recipe = try PreprocessingRecipe(
        spacing: [6, 6, 12], shape: [70, 60, 32], intensity: intensity)
      let hounsfield = try prepare(bytes, recipe: recipe, output: .hounsfield).input.elements
      let input = try prepare(bytes, recipe: recipe).input.elements
      let expected = hounsfield.map {
        (min(max($0, -1000), 1000) / 1000 - Float(0.4978)) / Float(0.2449)
      }
      #expect(input == expected)
      let whole = hounsfield.allSatisfy { $0 == $0.rounded(.towardZero) }
      #expect(whole == integerHU)
    }
  }

  private static func resampledSize(count: Int, spacing: Double, target: Double) -> Int {
    AxisSampling(count: count, spacing: spacing, isFlipped: false, target: target, extent: 1000)
      .resampled.count
  }
}
