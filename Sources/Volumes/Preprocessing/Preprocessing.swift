import Tensors

/// Converts the volume in a file to the input of the model.
public enum Preprocessing {
  /// A volume gets a warning if it covers less than this fraction of the model's field of view.
  public static let sufficientFieldOfView = 0.75

  /// Reads, checks, reorients, resamples, crops, pads and standardises a volume.
  ///
  /// Every voxel of the file is read and checked, including those that are cropped. Only the output and a few planes
  /// are in memory, never the whole volume.
  ///
  /// - Parameters:
  ///   - reading: The threads that read the file. They do not affect the result.
  ///   - isCancelled: Called once per plane, on the caller's thread.
  /// - Returns: The tensor `[X, Y, Z]`, with statistics, warnings and timings.
  /// - Throws: ``VolumeError``. If there are several faults, a fault at the end of the file takes precedence. Then
  ///   come non-finite voxels, values that are not HU, and missing contrast.
  /// - Complexity: Linear in the number of voxels in the file. Inflating takes most of the time.
  /// - Source: ModelSpecification.md, "Volume → model input".
  public static func prepare(
    _ volume: NIfTIVolume, recipe: PreprocessingRecipe, output: PreparedOutput = .modelInput,
    reading: VolumeReading = .ahead, isCancelled: () -> Bool = { false }
  ) throws(VolumeError) -> PreparedVolume {
    let grid = SamplingGrid(
      geometry: volume.header.geometry, fileShape: volume.shape, recipe: recipe)
    let intensityMap = IntensityMap(recipe.intensity, output: output)
    var stopwatch = StageClock()
    let (input, verdict) = try reading.withPlanes(of: volume) { source throws(VolumeError) in
      stopwatch.lap(\.decode)
      var verdict: (summary: IntensitySummary, warnings: [VolumeWarning])?
      let input = try Tensor(shape: recipe.shape) { elements throws(VolumeError) in
        grid.fillBackground(elements, intensityMap: intensityMap)
        guard let start = elements.baseAddress else { return }
        let resampler = PlaneResampler(
          grid: grid, fileShape: volume.shape, intensityMap: intensityMap, output: start)
        stopwatch.lap(\.resample)
        verdict = try read(source, of: volume, isCancelled, &stopwatch) {
          resampler.add($0, index: $1)
        }
        resampler.finish()
        stopwatch.lap(\.resample)
      }
      return (input, verdict)
    }
    // A recipe has at least one voxel, so the closure runs to its end unless it is cancelled.
    guard let verdict else { throw .cancelled }
    return PreparedVolume(
      input: input, affine: grid.affine(of: volume.header.geometry, fileShape: volume.shape),
      intensity: verdict.summary,
      warnings: volume.warnings + longFieldsOfView(volume) + verdict.warnings
        + fieldOfViewWarnings(volume, recipe: recipe),
      decodeTime: stopwatch.decode, resampleTime: stopwatch.resample)
  }

  /// Reads and checks every voxel of a volume. No recipe is needed.
  ///
  /// - Throws: The same errors as ``prepare(_:recipe:output:reading:isCancelled:)``.
  public static func summarize(
    _ volume: NIfTIVolume, reading: VolumeReading = .ahead, isCancelled: () -> Bool = { false }
  ) throws(VolumeError) -> VolumeSummary {
    var stopwatch = StageClock()
    let verdict = try reading.withPlanes(of: volume) { source throws(VolumeError) in
      try read(source, of: volume, isCancelled, &stopwatch) { _, _ in }
    }
    return VolumeSummary(
      intensity: verdict.summary,
      warnings: volume.warnings + longFieldsOfView(volume) + verdict.warnings,
      decodeTime: stopwatch.decode)
  }

  /// Calls `body` with each plane. Once the volume is certain to be refused, the remaining planes are only read.
  private static func read(
    _ source: any PlaneSource, of volume: NIfTIVolume, _ isCancelled: () -> Bool,
    _ stopwatch: inout StageClock, body: (UnsafeBufferPointer<Float>, Int) -> Void
  ) throws(VolumeError) -> (summary: IntensitySummary, warnings: [VolumeWarning]) {
    let planes = HounsfieldPlanes(source, of: volume)
    for index in 0..<volume.shape[2] {
      if isCancelled() { throw .cancelled }
      let plane = try planes.next()
      stopwatch.lap(\.decode)
      if let plane { body(plane, index) }
      stopwatch.lap(\.resample)
    }
    let verdict = try planes.finish()
    stopwatch.lap(\.decode)
    return verdict
  }

  /// Returns warnings for axes that are longer than a scanner's bore or a chest.
  private static func longFieldsOfView(_ volume: NIfTIVolume) -> [VolumeWarning] {
    AnatomicalAxis.allCases.compactMap { axis in
      let file = volume.header.geometry.fileAxis(along: axis).index
      let found = Double(volume.shape[file]) * volume.spacing[file]
      guard found > (axis == .z ? 1000 : 800) else { return nil }
      return .fieldOfViewLong(axis: axis, fieldOfView: found)
    }
  }

  private static func fieldOfViewWarnings(
    _ volume: NIfTIVolume, recipe: PreprocessingRecipe
  ) -> [VolumeWarning] {
    AnatomicalAxis.allCases.compactMap { axis in
      let file = volume.header.geometry.fileAxis(along: axis).index
      let found = Double(volume.shape[file]) * volume.spacing[file]
      let expected = Double(recipe.shape[axis.rawValue]) * recipe.spacing[axis.rawValue]
      guard found < sufficientFieldOfView * expected else { return nil }
      return .fieldOfViewShort(axis: axis, fieldOfView: found, expected: expected)
    }
  }
}

/// Measures the time of two stages that alternate.
private struct StageClock {
  var decode = Duration.zero
  var resample = Duration.zero
  private var last = ContinuousClock.now

  /// Adds the time since the last call to a stage.
  mutating func lap(_ stage: WritableKeyPath<StageClock, Duration>) {
    let now = ContinuousClock.now
    self[keyPath: stage] += now - last
    last = now
  }
}
