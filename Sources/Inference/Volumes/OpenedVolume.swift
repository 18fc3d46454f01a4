internal import DICOM
internal import SeriesFacts
internal import Volumes

/// A volume whose header passed the check. It was uploaded as one file or converted from DICOM files.
struct OpenedVolume: Sendable {
  let volume: NIfTIVolume
  /// The converted series, which keeps its file open; nil for a NIfTI file.
  private(set) var series: ConvertedSeries?
  /// How long the DICOM files waited for their conversion.
  private(set) var waited = Duration.zero
  /// Duration of the conversion.
  private(set) var conversionTime = Duration.zero

  init(volume: NIfTIVolume) { self.volume = volume }

  /// Opens a converted series. Fails unless the volume contains all images of the series.
  init(
    _ series: ConvertedSeries, _ limits: VolumeLimits, waited: Duration, took: Duration
  ) throws(InferenceError) {
    do throws(VolumeError) {
      volume = try NIfTIVolume.open(
        fileDescriptor: series.fileDescriptor, byteCount: series.byteCount,
        slicePositions: .checked, limits: limits)
    } catch {
      throw .volume(error)
    }
    guard volume.shape[2] == series.images else { throw .series(.notConverted) }
    self.series = series
    self.waited = waited
    conversionTime = took
  }

  var format: String { series == nil ? volume.format : "dicom" }

  /// A warning about which series was chosen, if the upload contained several.
  var warnings: [VolumeWarning] {
    guard let series, series.series > 1 else { return [] }
    return [
      .seriesChosen(
        of: series.series, SeriesComparison(taken: series.measure, skipped: series.skipped))
    ]
  }
}
