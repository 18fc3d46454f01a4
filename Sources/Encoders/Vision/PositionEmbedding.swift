internal import CheckedNumbers
internal import Tensors

/// The learned position embedding of the patches. Trilinear interpolation resizes it to the grid of a volume.
///
/// - Source: PyTorch's `interpolate(mode="trilinear", align_corners=False)`.
struct PositionEmbedding: Sendable {
  private let table: Tensor
  private let grid: [Int]
  private let width: Int

  init(_ file: SafetensorsFile, _ name: String, grid: [Int], width: Int) throws(ModelError) {
    table = try file.take(name, shape: [1, 1 + grid.reduce(1, *), width])
    self.grid = grid
    self.width = width
  }

  /// Adds the position embedding of the class token, which is row 0 of the table. This row is never resized.
  func addClassPosition(to token: TokenColumn) {
    table.withElements { rows in
      for channel in 0..<width { token[channel] += rows[channel] }
    }
  }

  /// Returns the position embedding resized to a grid of `target` patches along x, y and z.
  func resized(to target: [Int]) -> Resized {
    Resized(
      table: table, width: width, grid: grid, target: target,
      axes: zip(grid, target).map { Self.neighbours(from: $0, to: $1) })
  }

  /// The position embedding for another grid. Each patch's embedding is computed on demand.
  struct Resized: Sendable {
    fileprivate let table: Tensor
    fileprivate let width: Int
    fileprivate let grid: [Int]
    fileprivate let target: [Int]
    fileprivate let axes: [[Neighbours]]

    /// Adds the position embedding of patch `index` to `token` `[C]`. In the order of the patches, x is the slowest
    /// axis and z the fastest.
    func add(position index: Int, to token: TokenColumn) {
      let x = axes[0][index / (target[2] * target[1])]
      let y = axes[1][index / target[2] % target[1]]
      let z = axes[2][index % target[2]]
      table.withElements { rows in
        for (i, weightX) in x.pairs {
          for (j, weightY) in y.pairs {
            for (k, weightZ) in z.pairs {
              let weight = weightX * weightY * weightZ
              guard weight != 0 else { continue }
              let start = (1 + (i * grid[1] + j) * grid[2] + k) * width
              for channel in 0..<width { token[channel] += weight * rows[start + channel] }
            }
          }
        }
      }
    }
  }

  /// Two neighbouring cells of the learned grid along one axis, with their interpolation weights.
  struct Neighbours: Sendable {
    let lower: Int
    let upper: Int
    let upperWeight: Float

    var pairs: [(index: Int, weight: Float)] {
      [(lower, 1 - upperWeight), (upper, upperWeight)]
    }
  }

  static func neighbours(from source: Int, to target: Int) -> [Neighbours] {
    let scale = Float(source) / Float(target)
    return (0..<target).map { index in
      let position = max(scale * (Float(index) + 0.5) - 0.5, 0)
      let lower = Int(floor: position, clampedTo: 0...(source - 1))
      return Neighbours(
        lower: lower, upper: min(lower + 1, source - 1), upperWeight: position - Float(lower))
    }
  }
}
