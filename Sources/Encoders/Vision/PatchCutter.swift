internal import Tensors

/// Cuts a volume into patches.
struct PatchCutter: Sendable {
  private let input: Tensor
  private let patch: [Int]
  private let grid: [Int]

  /// The number of voxels in a patch.
  var voxels: Int { patch.reduce(1, *) }

  /// Makes a cutter for a volume.
  ///
  /// - Parameters:
  ///   - input: The volume, `[X, Y, Z]`, with x as the slowest axis.
  ///   - grid: The number of whole patches along each axis.
  init(input: Tensor, patch: [Int], grid: [Int]) {
    self.input = input
    self.patch = patch
    self.grid = grid
  }

  /// Copies the voxels of patch `index`. In the order of the patches and of the voxels in a patch, x is the slowest
  /// axis and z the fastest.
  func copy(patch index: Int, to destination: TokenColumn) {
    let origin = [
      index / (grid[2] * grid[1]) * patch[0],
      index / grid[2] % grid[1] * patch[1],
      index % grid[2] * patch[2],
    ]
    let (height, depth) = (input.shape[1], input.shape[2])
    input.withElements { voxels in
      var target = 0
      for x in origin[0]..<(origin[0] + patch[0]) {
        for y in origin[1]..<(origin[1] + patch[1]) {
          let start = (x * height + y) * depth + origin[2]
          for z in 0..<patch[2] { destination[target + z] = voxels[start + z] }
          target += patch[2]
        }
      }
    }
  }
}
