import CheckedNumbers

/// A similarity map as a NIfTI volume with the position and resolution of the encoded file.
public struct SimilarityVolume {
  private let map: SimilarityMap
  private let geometry: VolumeGeometry
  private let shape: [Int]
  /// For each of the file's axes, fastest first: the model's axis along it, and a sample for each voxel.
  private let axes: [(model: Int, samples: [SimilarityMap.Sample?])]

  /// The value of a stored 1. Values from −1 to 1 are stored in thousandths, so that the file stays small.
  private static let slope = 0.001

  /// - Parameters:
  ///   - geometry: Geometry of the encoded file.
  ///   - shape: Number of the file's voxels, fastest axis first.
  public init(
    _ map: SimilarityMap, recipe: PreprocessingRecipe, geometry: VolumeGeometry, shape: [Int]
  ) {
    self.map = map
    self.geometry = geometry
    self.shape = shape
    let sampling = SamplingGrid(geometry: geometry, fileShape: shape, recipe: recipe)
    axes = (0..<3).map { file in
      let model = sampling.modelAxes[file]
      let isFlipped = geometry.fileAxis(along: AnatomicalAxis.allCases[model]).isFlipped
      let axis = sampling.axes[model]
      let patch = Double(recipe.shape[model]) / Double(map.grid[model])
      let samples = (0..<shape[file]).map { index -> SimilarityMap.Sample? in
        let along = Double(isFlipped ? shape[file] - 1 - index : index)
        // The voxel centre's position on the model's grid; cropped voxels have no value.
        let place = along * geometry.spacing[file] / axis.target - Double(axis.start)
        guard place > -0.5, place < Double(recipe.shape[model]) - 0.5 else { return nil }
        return SimilarityMap.Sample(at: (place + 0.5) / patch, of: map.grid[model])
      }
      return (model, samples)
    }
  }

  /// Returns the compressed file. Voxels beyond the model's field of view are 0.
  ///
  /// - Parameter isCancelled: Called before each plane.
  /// - Returns: Nil if cancelled.
  /// - Throws: ``VolumeError/inputOutput(errno:)`` if memory is short.
  /// - Complexity: Linear in the file's voxels; one plane of memory in addition to the result.
  public func gzip(isCancelled: () -> Bool = { false }) throws(VolumeError) -> [UInt8]? {
    let writer = try GzipWriter()
    try writer.append(
      HounsfieldVolumeWriter.header(
        shape: shape, affine: geometry.affine, type: .int16, slope: Self.slope))
    for slow in 0..<shape[2] {
      guard !isCancelled() else { return nil }
      let plane = plane(slow)
      try writer.append(plane.withUnsafeBytes { Array($0) })
    }
    return try writer.finish()
  }

  /// Returns a plane of the file in thousandths, fastest axis first.
  ///
  /// The map is interpolated along the model's z, then y, then x. Voxels with the same positions
  /// along z and y share the first two steps, so that each voxel costs only one step.
  func plane(_ slow: Int) -> [Int16] {
    let count = shape[0] * shape[1]
    guard let place = axes[2].samples[slow] else { return [Int16](repeating: 0, count: count) }
    // Samples along each of the model's axes: those of a whole file axis, or the plane's single one.
    var along: [[SimilarityMap.Sample]] = [[place], [place], [place]]
    for file in 0..<2 {
      along[axes[file].model] = axes[file].samples.map { $0 ?? SimilarityMap.Sample(at: 0, of: 1) }
    }
    // A plane across the model's x needs the two patches next to it.
    let patches = axes[2].model == 0 ? place.first...place.second : 0...(map.grid[0] - 1)
    let rows = map.rows(ofPatches: patches, alongY: along[1], alongZ: along[2])
    let (y, z) = (along[1].count, along[2].count)
    // For each of the file's first two axes, the distance of neighbouring voxels in `rows`.
    let steps = axes.prefix(2).map { $0.model == 1 ? z : $0.model == 2 ? 1 : 0 }
    let isAlongX = axes.prefix(2).map { $0.model == 0 }
    var plane = [Int16](repeating: 0, count: count)
    for middle in 0..<shape[1] where axes[1].samples[middle] != nil {
      for fast in 0..<shape[0] where axes[0].samples[fast] != nil {
        let x = along[0][isAlongX[0] ? fast : isAlongX[1] ? middle : 0]
        let offset = fast * steps[0] + middle * steps[1]
        let first = (x.first - patches.lowerBound) * y * z + offset
        let second = (x.second - patches.lowerBound) * y * z + offset
        let value = rows[first] * (1 - x.weight) + rows[second] * x.weight
        plane[middle * shape[0] + fast] = Self.thousandths(value)
      }
    }
    return plane
  }

  /// Returns one voxel in thousandths.
  func value(_ fast: Int, _ middle: Int, _ slow: Int) -> Int16 {
    plane(slow)[middle * shape[0] + fast]
  }

  /// Returns a cosine in thousandths; 0 for NaN.
  private static func thousandths(_ value: Float) -> Int16 {
    let scaled = Double(value) / slope
    guard scaled.isFinite else { return 0 }
    // Adding 1.5 · 2⁵² rounds to the whole number, halves to even, and leaves it in the lowest
    // bits. This calls no C function and cannot trap.
    let rounded = min(max(scaled, -32767), 32767) + 0x1.8p52
    return Int16(truncatingIfNeeded: rounded.bitPattern)
  }
}
