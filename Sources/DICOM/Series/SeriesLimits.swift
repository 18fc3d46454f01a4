/// What DICOM files of one upload may measure.
public struct SeriesLimits: Sendable, Equatable {
  /// Files of one upload.
  public var files = 10_000
  /// Bytes of all files together, inflated.
  public var inflatedBytes = 2 << 30
  /// Inflated bytes for each byte of the ZIP; CT images shrink to a third or a half.
  public var ratio = 200
  /// Bytes of a ZIP's directory; 10,000 entries of common programs take less than 2 MB.
  public var directoryBytes = 16 << 20
  /// Bytes of a name, an extra field or a comment in it: as long as a path may be.
  public var zipFieldBytes = 4096
  /// Elements before the pixels that are read of one file; an image has some hundred, and each of many frames as many.
  public var headElements = 1 << 20
  /// The same of all files together.
  public var allHeadElements = 8 << 20
  /// Images of a volume.
  public var fewestImages = 8
  /// Rows, columns and images, whichever are most; as the gate for volumes allows.
  public var longestSide = 2048
  /// The two others of these.
  public var shorterSides = 1024
  /// Bytes of the volume, and of everything that the converter writes together.
  public var volumeBytes = 2 << 30
  /// Seconds that unpacking, reading heads and decoding may take together by the clock, and decoding by the processor.
  public var conversionSeconds = 120
  /// Address space of the converter, at most; a smaller volume gets less.
  public var conversionMemory = 6 << 30
  /// Address space of the converter besides four times the volume.
  public var conversionBaseMemory = 512 << 20

  /// The service's limits.
  public init() {}
}
