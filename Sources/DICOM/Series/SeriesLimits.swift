/// Limits for the DICOM files of one upload.
public struct SeriesLimits: Sendable, Equatable {
  /// Maximum number of files in an upload.
  public var files = 10_000
  /// Maximum number of bytes of all unpacked files together.
  public var inflatedBytes = 2 << 30
  /// Maximum ratio of unpacked to packed bytes of a ZIP. CT images usually compress to a third or a half of their
  /// size.
  public var ratio = 200
  /// Maximum size in bytes of a ZIP's directory. Common programs write less than 2 MB for 10,000 entries.
  public var directoryBytes = 16 << 20
  /// Maximum size in bytes of a name, an extra field or a comment in a ZIP's directory. It is the length of the
  /// longest path.
  public var zipFieldBytes = 4096
  /// Maximum number of elements before the pixels of one file. An image or frame usually has a few hundred elements.
  public var headElements = 1 << 20
  /// Maximum number of elements before the pixels, in all files together.
  public var allHeadElements = 8 << 20
  /// Minimum number of images in a volume.
  public var fewestImages = 8
  /// Maximum of the largest of the numbers of rows, columns and images, as for NIfTI volumes.
  public var longestSide = 2048
  /// Maximum of the other two of the numbers of rows, columns and images.
  public var shorterSides = 1024
  /// Maximum size in bytes of the volume and of the converter's output.
  public var volumeBytes = 2 << 30
  /// Maximum wall-clock time in seconds for unpacking, reading headers and decoding together. Decoding may also use
  /// at most this much processor time.
  public var conversionSeconds = 120
  /// Maximum address space of the converter, in bytes.
  public var conversionMemory = 6 << 30
  /// The address space of the converter is this many bytes plus four times the size of the volume.
  public var conversionBaseMemory = 512 << 20

  /// Makes the limits that the service uses.
  public init() {}
}
