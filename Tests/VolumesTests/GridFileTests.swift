import Tensors
import TestSupport
import Testing

@testable import Volumes

/// The model's grid as a NIfTI file: what it shows, and where.
@Suite struct GridFileTests {
  private let pool = WorkerPool(threads: 2)

  /// The grid that a volume's input is, and its file.
  private func grid(
    of bytes: [UInt8], _ recipe: PreprocessingRecipe
  ) throws -> (grid: VoxelGrid, file: [UInt8]) {
    let spool = NIfTISpool(bytes)
    let volume = try open(spool)
    let input = try Preprocessing.prepare(volume, recipe: recipe, output: .modelInput).input
    let grid = VoxelGrid(input, recipe)
    let file = try grid.nifti(
      in: volume.header.geometry, fileShape: volume.shape, recipe: recipe, on: pool)
    return (grid, try #require(file))
  }

  /// HU fall along each direction of the patient, so that each place has its own value.
  @Test(arguments: VolumesOrientations.all)
  func eachVoxelLiesWhereTheFileHasItsValue(code: String) throws {
    let recipe = try tinyRecipe()
    // Smaller and larger than the grid: it has padding along x, and is cropped along z.
    let (shape, spacing) = ([40, 48, 60], [7.0, 8.0, 9.0])
    let phantom = VolumesPhantom(shape: shape, spacing: spacing) { x, y, z in
      Double(8 * x - 10 * y + 6 * z) - 200
    }
    let stored = phantom.stored(as: code)
    let (grid, packed) = try grid(of: stored.file().bytes(), recipe)
    let spool = NIfTISpool(packed)
    let file = try open(spool)
    #expect(file.isCompressed && file.shape == recipe.shape && file.orientation == "LPS")
    #expect(zip(file.spacing, recipe.spacing).allSatisfy { abs($0 - $1) < 1e-4 })
    let source = try open(NIfTISpool(stored.file().bytes())).affine
    let own = file.affine
    // The phantom's axes are left, back and head; those of both affines are right, front and head.
    let corner = Self.corner(of: source, code, shape)
    var inside = 0
    for (x, y, z) in [(20, 20, 10), (35, 40, 20), (30, 33, 5), (25, 50, 31), (40, 10, 0)] {
      let place = Self.place(of: [x, y, z], own)
      let index = [
        (corner[0] - place[0]) / spacing[0], (corner[1] - place[1]) / spacing[1],
        (place[2] - corner[2]) / spacing[2],
      ]
      guard zip(index, shape).allSatisfy({ $0 >= 0 && $0 <= Double($1 - 1) }) else { continue }
      inside += 1
      let wanted: Double = 8 * index[0] - 10 * index[1] + 6 * index[2] - 200
      #expect(abs(Double(grid.hounsfield(x, y, z)) - wanted) <= 1, "\(code) \(x) \(y) \(z)")
    }
    #expect(inside >= 3)
  }

  /// The place in RAS+ millimetres of the voxel that is farthest to the right, front and feet.
  private static func corner(of affine: [Double], _ code: String, _ shape: [Int]) -> [Double] {
    let lines = code.map { "LR".contains($0) ? 0 : "PA".contains($0) ? 1 : 2 }
    let index = zip(code, lines).map { letter, line in
      "RAI".contains(letter) ? shape[line] - 1 : 0
    }
    return Self.place(of: index, affine)
  }

  /// The place of a voxel in RAS+ millimetres.
  private static func place(of index: [Int], _ affine: [Double]) -> [Double] {
    (0..<3).map { row -> Double in
      var place = affine[4 * row + 3]
      for axis in 0..<3 { place += affine[4 * row + axis] * Double(index[axis]) }
      return place
    }
  }

  /// The model sees in the file what it saw, and the bytes do not depend on the number of threads.
  @Test func theFileHasTheGridsVoxels() throws {
    let recipe = try tinyRecipe()
    let bytes = VolumesPhantom.small.stored(as: "RAI").file().bytes()
    let (grid, file) = try grid(of: bytes, recipe)
    let again = try prepare(file, recipe: recipe).input
    #expect(largestDifference(again, grid.input(recipe)) <= 1e-6)
    let spool = NIfTISpool(bytes)
    let volume = try open(spool)
    for threads in [1, 3] {
      let other = try grid.nifti(
        in: volume.header.geometry, fileShape: volume.shape, recipe: recipe,
        on: WorkerPool(threads: threads))
      #expect(other == file)
    }
    let cancelled = try grid.nifti(
      in: volume.header.geometry, fileShape: volume.shape, recipe: recipe, on: pool
    ) { true }
    #expect(cancelled == nil)
  }
}
