internal import CheckedNumbers

/// Samples a volume along one axis of the model's grid. It maps each voxel of the grid to a position on the file's
/// axis, measured in file indices.
///
/// - Source: ModelSpecification.md, steps 2 to 4; ITK's ResampleImageFilter with a linear interpolator; PyTorch's
///   `interpolate(mode="trilinear", align_corners=False)`.
struct AxisSampling {
  /// The sample for one voxel of the grid. Its value is `first + weight · (second − first)`.
  struct Sample: Equatable {
    /// File index of the voxel at the position or before it, counted in the direction of the grid.
    let first: Int
    /// File index of the next voxel. Equal to `first` if the weight is 0.
    let second: Int
    /// Weight of `second`, at least 0 and less than 1.
    let weight: Double
  }

  /// The samples for the grid voxels in ``inside``, in order.
  let samples: [Sample]

  /// The grid voxels that are inside the volume.
  let inside: Range<Int>

  /// The grid voxels that resampling covers. Those that are not in ``inside`` are beyond the last half voxel of the
  /// file and get the outside value. All voxels of the grid that resampling does not cover are padding.
  let resampled: Range<Int>

  /// Distance between grid voxels in millimetres.
  let target: Double

  /// The position of resampled voxel 0 relative to the file's first voxel in the direction of the grid, in millimetres.
  let origin: Double

  /// The index of grid voxel 0 on the resampled axis. It is negative if that voxel is padding.
  let start: Int

  /// Computes the samples of an axis.
  ///
  /// - Parameters:
  ///   - count: Number of voxels along the file's axis, at least 1.
  ///   - spacing: Distance between the file's voxels in millimetres.
  ///   - isFlipped: True if the file's axis points in the opposite direction of the grid's axis.
  ///   - target: Distance between grid voxels in millimetres.
  ///   - extent: Number of voxels along the grid's axis.
  ///   - method: The resampling method.
  ///   - cropsMoreBefore: True to crop the larger half of an odd excess at the lower side of the axis.
  init(
    count: Int, spacing: Double, isFlipped: Bool, target: Double, extent: Int,
    method: PreprocessingRecipe.Resampling = .itk, cropsMoreBefore: Bool = true
  ) {
    let size = Self.resampledSize(count: count, spacing: spacing, target: target, method)
    let excess = size - extent
    start = excess > 0 ? (excess + (cropsMoreBefore ? 1 : 0)) / 2 : -(-excess / 2)
    switch method {
    case .itk:
      self.target = target
      origin = 0
    case .torch:
      self.target = Double(count) * spacing / Double(size)
      origin = (self.target - spacing) / 2
    }
    let lower = max(-start, 0)
    resampled = lower..<max(lower, min(size - start, extent))
    var samples: [Sample] = []
    samples.reserveCapacity(resampled.count)
    for output in resampled {
      let position: Double
      switch method {
      case .itk: position = Double(output + start) * target / spacing
      case .torch: position = Self.stretched(output + start, from: count, to: size)
      }
      guard position < Double(count) - 0.5 else { break }
      let first = Int(floor: position, clampedTo: 0...(count - 1))
      let weight = first == count - 1 ? 0 : position - Double(first)
      let second = weight == 0 ? first : first + 1
      samples.append(
        Sample(
          first: isFlipped ? count - 1 - first : first,
          second: isFlipped ? count - 1 - second : second, weight: weight))
    }
    self.samples = samples
    inside = lower..<(lower + samples.count)
  }

  /// Returns the size of the resampled axis. The limits of the header check keep it far below `Int.max`.
  private static func resampledSize(
    count: Int, spacing: Double, target: Double, _ method: PreprocessingRecipe.Resampling
  ) -> Int {
    let exact = Double(count) * spacing / target
    switch method {
    // As Python's `round`: halves are rounded to even.
    case .itk: return Int(exactly: exact.rounded(.toNearestOrEven)) ?? 0
    // As Python's `int`. PyTorch refuses an empty axis, so a thin volume keeps one voxel.
    case .torch: return max(Int(exactly: exact.rounded(.towardZero)) ?? 1, 1)
    }
  }

  /// Returns the position of a voxel if the whole extent of `count` voxels is divided into `size` voxels. It is at most
  /// `count` − 1. Like PyTorch, computes in single precision.
  private static func stretched(_ index: Int, from count: Int, to size: Int) -> Double {
    let scale = Float(count) / Float(size)
    let position = max(scale * (Float(index) + 0.5) - 0.5, 0)
    return Double(min(position, Float(count - 1)))
  }
}

/// The sampling of a volume on the model's grid, along all three axes.
struct SamplingGrid {
  /// Number of grid voxels along x, y and z.
  let shape: [Int]

  /// The sampling along x, y and z.
  let axes: [AxisSampling]

  /// For each axis of the file, fastest first: the parallel axis of the grid, 0 to 2.
  let modelAxes: [Int]

  init(geometry: VolumeGeometry, fileShape: [Int], recipe: PreprocessingRecipe) {
    shape = recipe.shape
    modelAxes = geometry.directions.map(\.axis.rawValue)
    axes = AnatomicalAxis.allCases.map { axis in
      let file = geometry.fileAxis(along: axis)
      return AxisSampling(
        count: fileShape[file.index], spacing: geometry.spacing[file.index],
        isFlipped: file.isFlipped, target: recipe.spacing[axis.rawValue],
        extent: recipe.shape[axis.rawValue], method: recipe.resampling,
        cropsMoreBefore: recipe.cropsMoreBefore)
    }
  }
}
