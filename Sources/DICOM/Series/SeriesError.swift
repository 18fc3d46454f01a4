/// The reason for which DICOM files give no volume. It has facts and counts, never an identifier.
public enum SeriesError: Error, Sendable, Equatable {
  /// The ZIP is damaged or dangerous.
  case zipCorrupt(ZipFault)
  /// The ZIP uses an unsupported feature.
  case zipUnsupported(ZipFeature)
  /// The ZIP contains no CT image, only other ZIPs, which are not unpacked. `files` is their number.
  case nestedArchives(files: Int)
  /// More files than allowed.
  case tooManyFiles(limit: Int, actual: Int)
  /// More inflated bytes than allowed.
  case inflatedTooLarge(limit: Int)
  /// The ZIP's directory, or a name, extra field or comment in it, exceeds its limit.
  case zipDirectoryTooLarge(limit: Int)
  /// The headers of the files, or one of them, have too many elements.
  case tooManyElements(limit: Int)
  /// None of the `files` files is a DICOM file with a CT image.
  case noImages(files: Int, found: [FileCount])
  /// No series has enough images. The largest has `found`; all `series` series together have `images`.
  case tooFewImages(found: Int, needed: Int, images: Int, series: Int)
  /// Pixel data in an unsupported encoding.
  case transferSyntaxUnsupported(PixelEncoding)
  /// The files belong to more than one study.
  case mixedStudies(studies: Int, series: Int)
  /// Several series are equally good.
  case mixedSeries(series: Int)
  /// The files belong to one study but name more than one patient.
  case mixedPatients(patients: Int)
  /// This many files have unreadable headers and may be images of the series.
  case unreadableHeads(files: Int)
  /// The images do not make one volume.
  case inconsistent(SeriesFault)
  /// This many images have a missing, unreadable or impossible distance between pixels.
  case pixelSpacing(images: Int)
  /// This many images have pixels that contradict their headers.
  case pixels(PixelFault, images: Int)
  /// More rows, columns or images than allowed.
  case tooManyVoxels(limit: Int, actual: Int)
  /// The volume would have more bytes than allowed.
  case volumeTooLarge(limit: Int)
  /// The converter is not installed.
  case converterMissing
  /// The converter made no volume, or several.
  case notConverted
  /// The converter's volume or its pixels are not where the images' headers say.
  case convertedElsewhere
  /// Unpacking, reading headers and decoding took too long.
  case tooSlow(seconds: Int)
  /// The disk has no room for the files.
  case storageFull
  /// A call failed with this `errno`.
  case inputOutput(errno: Int32)
  /// The caller asked to stop.
  case cancelled

  /// The fault of a ZIP.
  public enum ZipFault: Sendable, Equatable {
    /// The directory of the ZIP is missing or contradicts itself.
    case directory
    /// Two entries share bytes of the file.
    case overlap
    /// A name is absolute, leads out of the folder, or is a link.
    case name
    /// An entry is cut off, or has another length or checksum than declared.
    case content
  }

  /// An unsupported feature of ZIP.
  public enum ZipFeature: Sendable, Equatable {
    /// Entries that require a password.
    case encryption
    /// A compression other than DEFLATE.
    case compression
    /// An archive in several files.
    case split
  }

  /// An unsupported encoding of pixels.
  public enum PixelEncoding: Sendable, Equatable, CaseIterable {
    /// JPEG-LS.
    case jpegLS
    /// The whole data set is deflated.
    case deflated
    /// Lossy JPEG.
    case lossyJPEG
    /// Possibly lossy JPEG 2000.
    case lossyJPEG2000
    /// High-throughput JPEG 2000.
    case highThroughputJPEG2000
    /// An unknown transfer syntax.
    case unknown
  }

  /// The reason for which images do not form one volume. Lengths are in millimetres, rounded to hundredths.
  public enum SeriesFault: Sendable, Equatable {
    /// Images are missing in `places` gaps. Most neighbours are `usual` apart, and the widest gap is `widest` wide.
    case slicesMissing(places: Int, usual: Double, widest: Double)
    /// This many images are at the position of another one.
    case samePlace(count: Int)
    /// The distance between neighbours varies.
    case spacing(narrowest: Double, widest: Double)
    /// The images have several sizes.
    case size(sizes: Int)
    /// The first image and another one have different distances between rows or columns.
    case pixelSpacings(one: [Double], other: [Double])
    /// The images have different directions, up to this angle from the first one's.
    case directions(degrees: Double)
    /// The stack is not perpendicular to its images, as with a tilted gantry.
    case tilted(degrees: Double)
    /// This many images are off the line of the others, by at most `millimetres`.
    case beside(count: Int, millimetres: Double)
    /// This many images have a missing or unreliable position.
    case position(images: Int)
    /// This many images have a missing or unreliable direction.
    case direction(images: Int)
    /// The number of frames differs from the number of positions in the header.
    case frameCount
  }

  /// The fault of pixels.
  public enum PixelFault: Error, Sendable, Equatable {
    /// BitsAllocated, BitsStored and HighBit contradict each other, or are not supported.
    case format
    /// Slope or intercept is unreadable, or the slope is 0.
    case rescale
    /// Slope or intercept is missing in these images, but not in others.
    case rescaleMissing
    /// The values are not HU.
    case unit
    /// Fewer bytes than rows, columns and bits need, or a compressed image ends early.
    case short
    /// More bytes than rows, columns and bits need.
    case long
    /// A compressed image has another size or depth than its header, or is damaged.
    case compressed
    /// It is unknown which fragments belong to which image.
    case fragments
    /// A lossless JPEG has restart markers.
    case restarts
    /// Stored values use more bits than the header states.
    case bits
  }
}
