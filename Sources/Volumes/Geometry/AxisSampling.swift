internal import CheckedNumbers

/// Maps the model's voxels along one axis to positions along the file's axis, in file indices.
///
/// - Source: ModelSpecification.md, steps 2 to 4; ITK's ResampleImageFilter with a linear interpolator.
struct AxisSampling {
  /// The sample for one of the model's voxels, whose value is `first + weight · (second − first)`.
  struct Sample: Equatable {
    /// File index of the voxel at or before the position, in the model's direction.
    let first: Int
    /// File index of the next voxel, or `first` itself if the weight is 0.
    let second: Int
    /// Weight of `second`, at least 0 and less than 1.
    let weight: Double
  }

  /// The samples of the model's voxels `inside`, in order.
  let samples: [Sample]

  /// The model's voxels inside the volume.
  let inside: Range<Int>

  /// The model's voxels that resampling covers. Those not in `inside` are beyond the file's last
  /// half voxel and get the outside value. All other voxels of the model are padding.
  let resampled: Range<Int>

  /// Millimetres between the model's voxels.
  let target: Double

  /// The index on the resampled axis of the model's voxel 0; negative if that voxel is padding.
  let start: Int

  /// - Parameters:
  ///   - count: Number of voxels along the file's axis, at least 1.
  ///   - spacing: Millimetres between them.
  ///   - isFlipped: True if the file's axis runs against the model's.
  ///   - target: Millimetres between the model's voxels.
  ///   - extent: Number of the model's voxels.
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

  /// Returns `round(n · s / t)` as in Python, with halves to even. The limits of the header check
  /// keep the result far below `Int.max`.
  private static func resampledSize(count: Int, spacing: Double, target: Double) -> Int {
    Int(exactly: (Double(count) * spacing / target).rounded(.toNearestOrEven)) ?? 0
  }
}

/// The sampling of a volume on the model's grid.
struct SamplingGrid {
  /// Number of the model's voxels along x, y, z.
  let shape: [Int]

  /// Sampling along x, y, z.
  let axes: [AxisSampling]

  /// For each of the file's axes, fastest first, the model's axis (0 to 2) that runs along the same line.
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
