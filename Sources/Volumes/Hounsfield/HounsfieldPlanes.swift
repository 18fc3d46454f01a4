import Tensors

/// Converts the stored planes of a volume to HU one after another, and collects statistics of the values.
///
/// The object holds one plane in HU. It is a class because it owns running statistics. Only one task at a time may
/// use it.
final class HounsfieldPlanes {
  private let source: any PlaneSource
  private let decoder: HounsfieldDecoder
  private let statistics: IntensityStatistics
  private let hounsfield: FloatBuffer
  private let survey: AxialSurvey
  private let width: Int
  private let positions: SlicePositionKnowledge
  private var index = 0

  init(_ source: any PlaneSource, of volume: NIfTIVolume) {
    self.source = source
    decoder = HounsfieldDecoder(
      type: volume.voxelType, order: volume.byteOrder, scaling: volume.scaling)
    statistics = IntensityStatistics(volume.limits)
    hounsfield = FloatBuffer(count: volume.shape[0] * volume.shape[1])
    survey = AxialSurvey(geometry: volume.header.geometry, fileShape: volume.shape)
    width = volume.shape[0]
    positions = volume.slicePositions
  }

  /// Reads, converts and counts the next plane.
  ///
  /// - Returns: The plane as `[slower, faster]` of the file's first two axes, valid until the next call. Returns nil
  ///   as soon as the volume is certain to be refused. Later planes are then only counted.
  func next() throws(VolumeError) -> UnsafeBufferPointer<Float>? {
    let stored = try source.next()
    defer { index += 1 }
    let nonFinite = decoder.decode(stored, into: hounsfield.elements)
    let plane = UnsafeBufferPointer(hounsfield.elements)
    guard statistics.add(plane, nonFinite: nonFinite) else { return nil }
    survey.add(plane, index: index, width: width)
    return plane
  }

  /// Checks the end of the file and then the values. Call this after the last plane.
  func finish() throws(VolumeError) -> (summary: IntensitySummary, warnings: [VolumeWarning]) {
    try source.finish()
    let summary = try statistics.summary()
    let mask = BodyMask(survey)
    return (summary, statistics.warnings(lungShare: mask.lungShare) + repetitions + gaps)
  }

  private var repetitions: [VolumeWarning] {
    let count = survey.repeatedCount
    return count > 0 ? [.slicesRepeated(count: count)] : []
  }

  /// A warning if slices seem to be missing. It is omitted if the position of every slice was read and checked.
  private var gaps: [VolumeWarning] {
    guard positions == .unknown, let gaps = SliceContinuity(survey).gaps else { return [] }
    let slice = survey.fileSlice(below: gaps.first.below, above: gaps.first.above)
    return [.slicesMissing(after: slice, places: gaps.count)]
  }
}
