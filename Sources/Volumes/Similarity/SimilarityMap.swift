internal import CheckedNumbers

/// The similarity between each patch of a volume and a finding. It is the cosine between the embedding p of the patch
/// and the embedding t of the text.
///
/// - Source: ModelSpecification.md, "Heat maps", the cheaper method. The embedding p is the token of the patch,
///   projected by the same last layer as the volume embedding v.
public struct SimilarityMap: Sendable, Equatable {
  /// Number of patches along x, y and z.
  public let grid: [Int]
  /// One cosine for each patch, x slowest.
  public let values: [Float]

  /// Makes a map from one value for each patch.
  public init(grid: [Int], values: [Float]) {
    precondition(values.count == grid.reduce(1, *), "\(values.count) values for \(grid)")
    self.grid = grid
    self.values = values
  }

  /// Two neighbouring patches along one axis, and the weight of the second one.
  package struct Sample: Sendable, Equatable {
    let first: Int
    let second: Int
    let weight: Float

    /// Makes a sample at a position.
    ///
    /// - Parameter place: The distance from the edge of the grid, in patches. The centre of the first patch is at
    ///   0.5.
    package init(at place: Double, of count: Int) {
      let centred = min(max(place - 0.5, 0), Double(count - 1))
      first = Int(floor: centred, clampedTo: 0...(count - 1))
      second = min(first + 1, count - 1)
      weight = Float(centred - Double(first))
    }
  }

  /// Interpolates between the centres of the patches along y and z. This is done separately for each of `patches`
  /// along x.
  ///
  /// - Returns: One value for each patch along x (slowest), each sample along y, and each sample along z.
  package func rows(
    ofPatches patches: ClosedRange<Int>, alongY: [Sample], alongZ: [Sample]
  ) -> [Float] {
    var rows: [Float] = []
    rows.reserveCapacity(patches.count * alongY.count * alongZ.count)
    var lines = [Float](repeating: 0, count: grid[1] * alongZ.count)
    for x in patches {
      for y in 0..<grid[1] {
        let start = (x * grid[1] + y) * grid[2]
        for (place, z) in alongZ.enumerated() {
          lines[y * alongZ.count + place] =
            values[start + z.first] * (1 - z.weight) + values[start + z.second] * z.weight
        }
      }
      for y in alongY {
        let (first, second) = (y.first * alongZ.count, y.second * alongZ.count)
        for z in alongZ.indices {
          rows.append(lines[first + z] * (1 - y.weight) + lines[second + z] * y.weight)
        }
      }
    }
    return rows
  }

  /// Interpolates linearly between the centres of the patches. Beyond the outermost centre, its value is used.
  package func value(_ x: Sample, _ y: Sample, _ z: Sample) -> Float {
    func along(_ x: Int, _ y: Int) -> Float {
      let start = (x * grid[1] + y) * grid[2]
      return values[start + z.first] * (1 - z.weight) + values[start + z.second] * z.weight
    }
    func plane(_ x: Int) -> Float {
      along(x, y.first) * (1 - y.weight) + along(x, y.second) * y.weight
    }
    return plane(x.first) * (1 - x.weight) + plane(x.second) * x.weight
  }
}
