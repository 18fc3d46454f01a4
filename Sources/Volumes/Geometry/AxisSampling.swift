internal import CheckedNumbers

/// Samples a volume along one axis of the model's grid. It maps each voxel of the grid to a position on the file's
/// axis, measured in file indices.
///
/// - Source: ModelSpecification.md, steps 2 to 4; ITK's ResampleImageFilter with a linear interpolator.
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
  init(count: Int, spacing: Double, isFlipped: Bool, target: Double, extent: Int) {
    self.target = target
    let size = Self.resampledSize(count: count, spacing: spacing, target: target)
    start = size > extent ? (size - extent + 1) / 2 : -((extent - size) / 2)
    let lower = max(-start, 0)
    resampled = lower..<max(lower, min(size - start, extent))
    var samples: [Sample] = []
    samples.reserveCapacity(resampled.count)
    for output in resampled {
      let position = Double(output + start) * target / spacing
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

  /// Returns `round(n · s / t)` as Python does: halves are rounded to even. The limits of the header check keep the
  /// result far below `Int.max`.
  private static func resampledSize(count: Int, spacing: Double, target: Double) -> Int {
    Int(exactly: (Double(count) * spacing / target).rounded(.toNearestOrEven)) ?? 0
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
        extent: recipe.shape[axis.rawValue])
    }
  }
}
