import CheckedNumbers
public import Tensors

/// A similarity map as a NIfTI volume that has the position and resolution of the encoded file.
public struct SimilarityVolume: Sendable {
  private let map: SimilarityMap
  private let geometry: VolumeGeometry
  private let shape: [Int]
  /// For each axis of the file, fastest first: the parallel axis of the model, and a sample for each voxel.
  private let axes: [(model: Int, samples: [SimilarityMap.Sample?])]

  /// The value that a stored 1 represents. Values from −1 to 1 are stored as thousandths, so that the file stays
  /// small.
  private static let slope = 1 / stepsPerOne
  private static let stepsPerOne = 1000.0

  /// Makes a volume from a map.
  ///
  /// - Parameters:
  ///   - geometry: The geometry of the encoded file.
  ///   - shape: Number of voxels along the axes of the encoded file, fastest first.
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
        // The position of the voxel's centre on the model's grid. Voxels outside the grid were cropped and have no
        // value.
        let distance = along * geometry.spacing[file] - axis.origin
        let place = distance / axis.target - Double(axis.start)
        guard place > -0.5, place < Double(recipe.shape[model]) - 0.5 else { return nil }
        return SimilarityMap.Sample(at: (place + 0.5) / patch, of: map.grid[model])
      }
      return (model, samples)
    }
  }

  /// Returns the compressed file. Voxels outside the model's field of view are 0.
  ///
  /// - Parameters:
  ///   - pool: The threads that share the work. Their number does not affect the bytes.
  ///   - isCancelled: Called before each plane, on the threads of the pool.
  /// - Returns: nil if cancelled.
  /// - Throws: ``VolumeError/inputOutput(errno:)`` if there is not enough memory.
  /// - Complexity: Linear in the number of voxels. Uses memory for the result and a few planes.
  public func gzip(
    on pool: WorkerPool, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(VolumeError) -> [UInt8]? {
    let header = HounsfieldVolumeWriter.header(
      shape: shape, affine: geometry.affine, type: .int16, slope: Self.slope)
    let pieces = try GzipPiece.all(
      planes: shape[2], planeBytes: 2 * shape[0] * shape[1], on: pool, isCancelled: isCancelled
    ) { slow, bytes in
      plane(slow).withUnsafeBytes { bytes += $0 }
    }
    guard let pieces else { return nil }
    return GzipPiece.member([try GzipPiece(header)] + pieces)
  }

  /// Returns one plane of the file as thousandths, fastest axis first.
  ///
  /// The map is interpolated along the model's z axis, then along y, then along x. Voxels with the same z and y share
  /// the first two steps, so that each voxel costs only one step.
  func plane(_ slow: Int) -> [Int16] {
    var plane = [Int16](repeating: 0, count: shape[0] * shape[1])
    guard let place = axes[2].samples[slow] else { return plane }
    // The samples along each axis of the model. The two axes in the plane have many samples, and the third axis
    // has one.
    var along: [[SimilarityMap.Sample]] = [[place], [place], [place]]
    for file in 0..<2 {
      along[axes[file].model] = axes[file].samples.map { $0 ?? SimilarityMap.Sample(at: 0, of: 1) }
    }
    // If the plane is perpendicular to the model's x axis, it needs only the two neighbouring patches.
    let patches = axes[2].model == 0 ? place.first...place.second : 0...(map.grid[0] - 1)
    let rows = map.rows(ofPatches: patches, alongY: along[1], alongZ: along[2])
    let patch = along[1].count * along[2].count
    // For each of the file's first two axes: the distance in `rows` between neighbouring voxels.
    let steps = axes.prefix(2).map { $0.model == 1 ? along[2].count : $0.model == 2 ? 1 : 0 }
    // For each voxel of a line: its indices in `rows` for the two neighbouring patches, and the weight of the second
    // patch.
    let line = axes[0].samples.indices.filter { axes[0].samples[$0] != nil }.map { fast in
      let x = along[0][axes[0].model == 0 ? fast : 0]
      return (
        fast: fast, first: (x.first - patches.lowerBound) * patch + fast * steps[0],
        second: (x.second - patches.lowerBound) * patch + fast * steps[0], weight: x.weight
      )
    }
    for middle in 0..<shape[1] where axes[1].samples[middle] != nil {
      let start = middle * shape[0]
      var (first, second) = (middle * steps[1], middle * steps[1])
      var weight: Float?
      if axes[1].model == 0 {
        let (x, own) = (along[0][middle], along[0][0])
        weight = x.weight
        first += (x.first - own.first) * patch
        second += (x.second - own.second) * patch
      }
      for voxel in line {
        let share = weight ?? voxel.weight
        let value = rows[voxel.first + first] * (1 - share) + rows[voxel.second + second] * share
        plane[start + voxel.fast] = Self.thousandths(value)
      }
    }
    return plane
  }

  /// Returns the value of one voxel, in thousandths.
  func value(_ fast: Int, _ middle: Int, _ slow: Int) -> Int16 {
    plane(slow)[middle * shape[0] + fast]
  }

  /// Converts a cosine to thousandths; 0 for NaN.
  private static func thousandths(_ value: Float) -> Int16 {
    let scaled = Double(value) * stepsPerOne
    guard scaled.isFinite else { return 0 }
    // Adding 1.5 · 2⁵² rounds the number to a whole number, with halves to even. The result is in the lowest bits.
    // This calls no C function and cannot trap.
    let rounded = min(max(scaled, -32767), 32767) + 0x1.8p52
    return Int16(truncatingIfNeeded: rounded.bitPattern)
  }
}
