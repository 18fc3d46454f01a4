/// Why no volume could be made of DICOM files: facts and counts only, never an identifier.
public enum SeriesError: Error, Sendable, Equatable {
  /// The ZIP is damaged or dangerous.
  case zipCorrupt(ZipFault)
  /// The ZIP uses an unsupported feature.
  case zipUnsupported(ZipFeature)
  /// The ZIP contains this many ZIPs, which are not unpacked, and no CT image.
  case nestedArchives(files: Int)
  /// More files than allowed.
  case tooManyFiles(limit: Int, actual: Int)
  /// More inflated bytes than allowed.
  case inflatedTooLarge(limit: Int)
  /// The ZIP's directory, or a name, extra field or comment in it, exceeds its limit.
  case zipDirectoryTooLarge(limit: Int)
  /// The headers of the files, or one of them, have too many elements.
  case tooManyElements(limit: Int)
  /// None of the `files` read is a DICOM file of a CT image.
  case noImages(files: Int, found: [FileCount])
  /// No series has enough images; the longest has `found`, all `series` together have `images`.
  case tooFewImages(found: Int, needed: Int, images: Int, series: Int)
  /// Pixel data in an unsupported encoding.
  case transferSyntaxUnsupported(PixelEncoding)
  /// Files of more than one study.
  case mixedStudies(studies: Int, series: Int)
  /// Several series are equally good.
  case mixedSeries(series: Int)
  /// Files of one study that name more than one patient.
  case mixedPatients(patients: Int)
  /// Files with unreadable headers that may be images of the series.
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
  /// The converter ended without a volume, or with several.
  case notConverted
  /// The converter's volume, or its pixels, are not where the images' headers say.
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

  /// Why images do not make one volume; lengths in millimetres, rounded to hundredths.
  public enum SeriesFault: Sendable, Equatable {
    /// Most neighbours are `usual` apart; at `places` positions images are missing between them, at
    /// most `widest` apart.
    case slicesMissing(places: Int, usual: Double, widest: Double)
    /// Some images are at the position of another one.
    case samePlace(count: Int)
    /// The distance between neighbours varies.
    case spacing(narrowest: Double, widest: Double)
    /// Images of several sizes.
    case size(sizes: Int)
    /// Different distances between rows and columns, of the first image and of another one.
    case pixelSpacings(one: [Double], other: [Double])
    /// Images in different directions, with the largest angle to the first.
    case directions(degrees: Double)
    /// The stack is not perpendicular to its images, as with a tilted gantry.
    case tilted(degrees: Double)
    /// This many images are off the line of the others, with the largest distance.
    case beside(count: Int, millimetres: Double)
    /// This many images have a missing or unreliable position.
    case position(images: Int)
    /// This many images have a missing or unreliable direction.
    case direction(images: Int)
    /// The number of frames differs from the number of their positions.
    case frameCount
  }

  /// The fault of pixels.
  public enum PixelFault: Error, Sendable, Equatable {
    /// Bits allocated, stored and high bit contradict each other, or are not supported.
    case format
    /// Slope or intercept is unreadable, or the slope is 0.
    case rescale
    /// Slope or intercept is missing in these images; others have it.
    case rescaleMissing
    /// The values are not HU.
    case unit
    /// Fewer bytes than rows, columns and bits need, or a compressed image ends early.
    case short
    /// More bytes than rows, columns and bits need.
    case long
    /// A compressed image has another size or depth than its header, or is damaged.
    case compressed
    /// The assignment of fragments to images is unknown.
    case fragments
    /// A lossless JPEG has restart markers.
    case restarts
    /// Stored values use bits beyond the header's.
    case bits
  }
}
