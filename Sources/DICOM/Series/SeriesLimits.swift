/// Limits of the DICOM files in one upload.
public struct SeriesLimits: Sendable, Equatable {
  /// Most files of one upload.
  public var files = 10_000
  /// Most inflated bytes of all files.
  public var inflatedBytes = 2 << 30
  /// Most inflated bytes for each byte of the ZIP. CT images are usually compressed to a third or a
  /// half.
  public var ratio = 200
  /// Most bytes of a ZIP's directory. 10,000 entries of common programs take less than 2 MB.
  public var directoryBytes = 16 << 20
  /// Most bytes of a name, an extra field or a comment in a ZIP's directory: the longest path.
  public var zipFieldBytes = 4096
  /// Most elements before the pixels of one file. Each image or frame has a few hundred.
  public var headElements = 1 << 20
  /// Most elements before the pixels of all files together.
  public var allHeadElements = 8 << 20
  /// Fewest images of a volume.
  public var fewestImages = 8
  /// Limit of the largest of rows, columns and images, as for NIfTI volumes.
  public var longestSide = 2048
  /// Limit of the other two.
  public var shorterSides = 1024
  /// Most bytes of the volume.
  public var volumeBytes = 2 << 30
  /// Most seconds of wall-clock time for unpacking, reading headers and decoding, and of processor
  /// time for decoding.
  public var conversionSeconds = 120
  /// Largest address space of the converter, in bytes.
  public var conversionMemory = 6 << 30
  /// Address space of the converter in addition to four times the volume, in bytes.
  public var conversionBaseMemory = 512 << 20

  /// The service's limits.
  public init() {}
}
