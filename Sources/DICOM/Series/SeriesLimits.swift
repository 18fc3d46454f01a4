/// Limits of the DICOM files in one upload.
public struct SeriesLimits: Sendable, Equatable {
  /// Maximum number of files of one upload.
  public var files = 10_000
  /// Maximum number of inflated bytes of all files.
  public var inflatedBytes = 2 << 30
  /// Maximum number of inflated bytes for each byte of the ZIP. CT images are usually compressed to a third or a half.
  public var ratio = 200
  /// Maximum size in bytes of a ZIP's directory. 10,000 entries of common programs take less than 2 MB.
  public var directoryBytes = 16 << 20
  /// Maximum size in bytes of a name, an extra field or a comment in a ZIP's directory: the longest path.
  public var zipFieldBytes = 4096
  /// Maximum number of elements before the pixels of one file. Each image or frame has a few hundred.
  public var headElements = 1 << 20
  /// Maximum number of elements before the pixels of all files together.
  public var allHeadElements = 8 << 20
  /// Minimum number of images of a volume.
  public var fewestImages = 8
  /// Maximum number of rows, columns or images, whichever is largest, as for NIfTI volumes.
  public var longestSide = 2048
  /// Maximum of the other two numbers.
  public var shorterSides = 1024
  /// Maximum size in bytes of the volume, and of the converter's output.
  public var volumeBytes = 2 << 30
  /// Maximum wall-clock time in seconds for unpacking, reading headers and decoding. It is also the
  /// maximum processor time for decoding.
  public var conversionSeconds = 120
  /// Largest address space of the converter, in bytes.
  public var conversionMemory = 6 << 30
  /// Address space of the converter in addition to four times the volume, in bytes.
  public var conversionBaseMemory = 512 << 20

  /// The service's limits.
  public init() {}
}
