import Tensors

/// Converts a volume in a file to the model's input.
public enum Preprocessing {
  /// Share of the model's field of view below which a volume gets a warning.
  public static let sufficientFieldOfView = 0.75

  /// Reads, checks, reorients, resamples, crops, pads and standardises a volume.
  ///
  /// The whole file is read and every voxel is checked, including cropped ones. Memory is needed
  /// only for the output and a few planes, never for the whole volume.
  ///
  /// - Parameters:
  ///   - reading: The threads that read. Results and refusals do not depend on them.
  ///   - isCancelled: Called once for each plane, on the caller's thread.
  /// - Returns: The tensor `[X, Y, Z]` with the file's statistics, warnings and timings.
  /// - Throws: ``VolumeError``. A fault of the file's end comes first, then non-finite voxels,
  ///   values that are not HU, and missing contrast.
  /// - Complexity: Linear in the file's voxels; inflating dominates.
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
    // A recipe has at least one voxel, so the closure always runs to its end unless it is cancelled.
    guard let verdict else { throw .cancelled }
    return PreparedVolume(
      input: input, affine: grid.affine(of: volume.header.geometry, fileShape: volume.shape),
      intensity: verdict.summary,
      warnings: volume.warnings + longFieldsOfView(volume) + verdict.warnings
        + fieldOfViewWarnings(volume, recipe: recipe),
      decodeTime: stopwatch.decode, resampleTime: stopwatch.resample)
  }

  /// Reads and checks every voxel without a recipe.
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

  /// Passes each plane to `body`. Once the volume is certain to be refused, the rest of the file is only read.
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

  /// Warnings for axes longer than a scanner's bore or a chest.
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

/// Sums the times of two alternating stages.
private struct StageClock {
  var decode = Duration.zero
  var resample = Duration.zero
  private var last = ContinuousClock.now

  /// Adds to a stage the time that has passed since the last call.
  mutating func lap(_ stage: WritableKeyPath<StageClock, Duration>) {
    let now = ContinuousClock.now
    self[keyPath: stage] += now - last
    last = now
  }
}
