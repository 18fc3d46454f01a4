import Tensors
import TestSupport
import Testing

@testable import Volumes

/// The recipe of HLIP against its authors' own scripts, and its resampling against a plain formula.
@Suite("Resampling over the whole extent") struct StretchedResamplingTests {
  /// Both compute positions in single precision. What is left is the order of sums in PyTorch, in HU.
  private static let tolerance: Float = 0.01

  private static func recipe(_ shape: [Int] = [336, 336, 112]) throws -> PreprocessingRecipe {
    var intensity = PreprocessingRecipe.Intensity()
    intensity.pad = -1150
    intensity.clipLower = -1150
    intensity.clipUpper = 350
    intensity.offset = -1150
    intensity.scale = 1500
    intensity.mean = 0.449
    intensity.deviation = 0.226
    return try PreprocessingRecipe(
      spacing: [1, 1, 3], shape: shape, intensity: intensity, resampling: .torch,
      cropsMoreBefore: false)
  }

  @Test(
    "Volumes become the authors' model input, in any orientation",
    arguments: ["padded", "cropped", "mixed", "exact", "float_spacing"], ["LPS", "RAS", "PIL"])
  func goldens(_ name: String, _ orientation: String) throws {
    let file = try ModelTensorFile(fixture: "hlip-goldens.safetensors")
    let stored = try file.floats("recipe.\(name).hounsfield")
    let shape = Array(try file.shape("recipe.\(name).hounsfield").reversed())
    let spacing = try file.floats("recipe.\(name).spacing").map { Double($0) }
    let phantom = VolumesPhantom(shape: shape, spacing: spacing) { x, y, z in
      Double(stored[x + shape[0] * (y + shape[1] * z)])
    }
    let input = try prepare(
      phantom.stored(as: orientation).file().bytes(), recipe: Self.recipe()
    ).input.elements
    let places = try file.integers("recipe.\(name).places")
    let wanted = try file.floats("recipe.\(name).input")
    var worst: Float = 0
    for (index, value) in wanted.enumerated() {
      let place = places[(3 * index)..<(3 * index + 3)].map { $0 }
      let found = input[(place[0] * 336 + place[1]) * 112 + place[2]]
      worst = max(worst, abs(found - value) * 0.226 * 1500)
    }
    #expect(worst <= Self.tolerance, "\(name), \(orientation)")
  }

  @Test("The new size is truncated, and an empty axis keeps one voxel") func sizes() {
    for (count, spacing, target, size) in [
      (10, 1.0, 3.0, 3), (11, 1, 3, 3), (12, 1, 3, 4), (1, 1, 3, 1), (7, 2.5, 1, 17),
    ] {
      let axis = AxisSampling(
        count: count, spacing: spacing, isFlipped: false, target: target, extent: 40,
        method: .torch, cropsMoreBefore: false)
      #expect(axis.resampled.count == size)
      #expect(axis.inside == axis.resampled)
      #expect(abs(axis.target - Double(count) * spacing / Double(size)) < 1e-12)
    }
  }

  @Test("Positions are those of the formula, and edges are held") func positions() {
    let axis = AxisSampling(
      count: 4, spacing: 2, isFlipped: false, target: 1, extent: 8, method: .torch,
      cropsMoreBefore: false)
    // (i + 1/2) / 2 − 1/2, held at 0 and 3.
    #expect(axis.samples.map(\.first) == [0, 0, 0, 1, 1, 2, 2, 3])
    #expect(axis.samples.map(\.weight) == [0, 0.25, 0.75, 0.25, 0.75, 0.25, 0.75, 0])
    #expect(axis.origin == -0.5)
  }

  @Test("An odd excess loses its smaller half at the lower side, if the recipe says so")
  func crop() {
    func start(_ count: Int, more: Bool) -> Int {
      AxisSampling(
        count: count, spacing: 1, isFlipped: false, target: 1, extent: 6, method: .torch,
        cropsMoreBefore: more
      ).start
    }
    #expect(start(9, more: true) == 2 && start(9, more: false) == 1)
    #expect(start(8, more: false) == 1 && start(6, more: false) == 0)
    #expect(start(3, more: false) == -1)
  }

  @Test("The identifier names what differs, and the affine follows the true spacing")
  func identity() throws {
    let recipe = try Self.recipe()
    #expect(
      recipe.identifier
        == "lps/1.0x1.0x3.0/336x336x112/-1150..350@1;pad=-1150.0;offset=-1150.0;scale=1500.0;"
        + "mean=0.449;std=0.226;torch;crop=floor")
    let phantom = VolumesPhantom(shape: [30, 31, 32], spacing: [2, 2, 2], seed: 5)
    let small = try Self.recipe([60, 62, 21])
    let prepared = try prepare(phantom.stored(as: "LPS").file().bytes(), recipe: small)
    let other = try prepare(phantom.stored(as: "RAI").file().bytes(), recipe: small)
    #expect(largestDifference(prepared.input, other.input) == 0)
    // 32 slices of 2 mm become 21 of 64/21 mm.
    #expect(abs(abs(prepared.affine[10]) - 64.0 / 21) < 1e-9)
  }
}
