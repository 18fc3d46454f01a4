/// What DICOM files of one upload may measure.
public struct SeriesLimits: Sendable, Equatable {
  /// Files of one upload.
  public var files = 10_000
  /// Bytes of all files together, inflated, and of the volume that is made of them.
  public var inflatedBytes = 2 << 30
  /// Inflated bytes for each byte of the ZIP; CT images shrink to a third or a half.
  public var ratio = 200
  /// Images of a volume.
  public var fewestImages = 8
  /// Seconds that the conversion may take, by the clock and by the processor.
  public var conversionSeconds = 120
  /// Address space of the converter.
  public var conversionMemory = 6 << 30

  /// The service's limits.
  public init() {}
}
