/// Limits of the DICOM files in one upload.
public struct SeriesLimits: Sendable, Equatable {
  /// Files of one upload.
  public var files = 10_000
  /// Inflated bytes of all files.
  public var inflatedBytes = 2 << 30
  /// Inflated bytes for each byte of the ZIP; CT images are usually compressed to a third or a
  /// half.
  public var ratio = 200
  /// Bytes of a ZIP's directory; 10,000 entries of common programs take less than 2 MB.
  public var directoryBytes = 16 << 20
  /// Bytes of a name, an extra field or a comment in it: the longest path.
  public var zipFieldBytes = 4096
  /// Elements before the pixels of one file; an image has some hundred, and so does each frame.
  public var headElements = 1 << 20
  /// Such elements of all files.
  public var allHeadElements = 8 << 20
  /// Images of a volume.
  public var fewestImages = 8
  /// The largest of rows, columns and images, as for NIfTI volumes.
  public var longestSide = 2048
  /// The two others of these.
  public var shorterSides = 1024
  /// Bytes of the volume, and of all output of the converter.
  public var volumeBytes = 2 << 30
  /// Seconds of wall-clock time for unpacking, reading headers and decoding, and of processor time
  /// for decoding.
  public var conversionSeconds = 120
  /// Largest address space of the converter; a smaller volume gets less.
  public var conversionMemory = 6 << 30
  /// Address space of the converter in addition to four times the volume.
  public var conversionBaseMemory = 512 << 20

  /// The service's limits.
  public init() {}
}
