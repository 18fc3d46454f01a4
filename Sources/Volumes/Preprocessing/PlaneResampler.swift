/// Resamples a volume to the model's tensor. Planes are processed as they arrive.
///
/// A plane is `[rows, columns]` of the file's second and first axis. The output is `[X, Y, Z]` with z fastest.
/// Interpolation is separable and in double precision: first within a plane, then between two resampled planes. At
/// most two resampled planes are in memory. This is a class because it owns these planes. Only one task at a time may
/// use it.
///
/// - Source: ITK's LinearInterpolateImageFunction, `a + weight · (b − a)` along each axis.
final class PlaneResampler {
  private let columns: AxisSampling
  private let rows: AxisSampling
  private let planes: AxisSampling
  private let intensityMap: IntensityMap
  private let scatter: PlaneScatter
  private let planeWidth: Int
  /// The range of columns of the file that the samples use.
  private let neededColumns: Range<Int>

  /// For each plane of the file: the samples that can be computed when this plane has arrived.
  private var completedBy: [[Int]]
  private var isNeeded: [Bool]

  private var previous: ScratchBuffer<Double>
  private var current: ScratchBuffer<Double>
  private let line: ScratchBuffer<Double>

  /// Makes a resampler.
  ///
  /// - Parameters:
  ///   - fileShape: Number of voxels along the file's axes, fastest first.
  ///   - output: The memory of the tensor, filled with the background. Only voxels inside the volume are written.
  ///
  /// Safety: `output` holds `X · Y · Z` floats and must outlive this object.
  init(
    grid: SamplingGrid, fileShape: [Int], intensityMap: IntensityMap,
    output: UnsafeMutablePointer<Float>
  ) {
    let modelStrides = [grid.shape[1] * grid.shape[2], grid.shape[2], 1]
    let axes = grid.modelAxes.map { grid.axes[$0] }
    columns = axes[0]
    rows = axes[1]
    planes = axes[2]
    self.intensityMap = intensityMap
    let origin = zip(grid.axes, modelStrides).reduce(0) { $0 + $1.0.inside.lowerBound * $1.1 }
    let strides = grid.modelAxes.map { modelStrides[$0] }
    scatter = PlaneScatter(
      PlaneScatter.Layout(
        rows: rows.samples.count, columns: columns.samples.count, rowStride: strides[1],
        columnStride: strides[0], planeStride: strides[2]),
      output: output + origin)
    planeWidth = fileShape[0]
    neededColumns = Self.needed(columns)
    (completedBy, isNeeded) = Self.schedule(planes, count: fileShape[2])
    let samples = rows.samples.count * columns.samples.count
    previous = ScratchBuffer(count: samples)
    current = ScratchBuffer(count: samples)
    line = ScratchBuffer(count: fileShape[0])
  }

  /// Adds the next plane of the file, in HU. Planes must be added in order.
  func add(_ plane: UnsafeBufferPointer<Float>, index: Int) {
    guard isNeeded[index] else { return }
    swap(&previous, &current)
    resampleWithin(plane)
    for sample in completedBy[index] { emit(sample, at: index) }
  }

  /// Writes the remaining planes to the output. Call this after the last plane.
  func finish() { scatter.finish() }

  private static func needed(_ axis: AxisSampling) -> Range<Int> {
    let indices = axis.samples.flatMap { [$0.first, $0.second] }
    guard let first = indices.min(), let last = indices.max() else { return 0..<0 }
    return first..<(last + 1)
  }

  private static func schedule(
    _ axis: AxisSampling, count: Int
  ) -> (completedBy: [[Int]], isNeeded: [Bool]) {
    var completedBy = [[Int]](repeating: [], count: count)
    var isNeeded = [Bool](repeating: false, count: count)
    for (index, sample) in axis.samples.enumerated() {
      completedBy[max(sample.first, sample.second)].append(index)
      isNeeded[sample.first] = true
      isNeeded[sample.second] = true
    }
    // Along a flipped axis, samples become complete in descending order. The samples of one plane must have the same
    // order, so that each sample is next to the previous one.
    if let first = axis.samples.first, let last = axis.samples.last, first.first > last.first {
      for plane in completedBy.indices { completedBy[plane].reverse() }
    }
    return (completedBy, isNeeded)
  }

  /// Resamples the rows and then the columns of a plane. Stores the result in `current`.
  private func resampleWithin(_ plane: UnsafeBufferPointer<Float>) {
    guard let source = plane.baseAddress, let line = line.elements.baseAddress,
      var destination = current.elements.baseAddress
    else { return }
    for row in rows.samples {
      Self.blend(
        source + row.first * planeWidth, source + row.second * planeWidth, weight: row.weight,
        range: neededColumns, into: line)
      columns.samples.withUnsafeBufferPointer { samples in
        for index in 0..<samples.count {
          let sample = samples[index]
          let first = line[sample.first]
          destination[index] = first + sample.weight * (line[sample.second] - first)
        }
      }
      destination += columns.samples.count
    }
  }

  /// Computes `first + weight · (second − first)` for the columns in `range`.
  private static func blend(
    _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, weight: Double,
    range: Range<Int>, into line: UnsafeMutablePointer<Double>
  ) {
    if weight == 0 {
      for column in range { line[column] = Double(first[column]) }
    } else {
      for column in range {
        let start = Double(first[column])
        line[column] = start + weight * (Double(second[column]) - start)
      }
    }
  }

  /// Writes the output plane of one sample. Both planes of the file that it needs have now arrived.
  private func emit(_ index: Int, at plane: Int) {
    let sample = planes.samples[index]
    guard let first = (sample.first == plane ? current : previous).elements.baseAddress,
      let second = (sample.second == plane ? current : previous).elements.baseAddress
    else { return }
    let weight = sample.weight
    let count = rows.samples.count * columns.samples.count
    scatter.put(index) { finished in
      for position in 0..<count {
        let start = first[position]
        finished[position] = Float(start + weight * (second[position] - start))
      }
      intensityMap.applyToResampled(finished, count: count)
    }
  }
}
