/// Why DICOM files could not be converted to a volume. The cases contain numbers but never identifiers.
public enum SeriesError: Error, Sendable, Equatable {
  /// The ZIP is damaged or its content is dangerous.
  case zipCorrupt(ZipFault)
  /// The ZIP uses a feature that is not supported.
  case zipUnsupported(ZipFeature)
  /// The ZIP contains no CT images. It contains `files` other ZIPs, which are not unpacked.
  case nestedArchives(files: Int)
  /// The upload contains more files than `limit`.
  case tooManyFiles(limit: Int, actual: Int)
  /// The unpacked files have more bytes than `limit`.
  case inflatedTooLarge(limit: Int)
  /// The ZIP's directory, or one of its names, extra fields or comments, exceeds `limit` bytes.
  case zipDirectoryTooLarge(limit: Int)
  /// The headers of one file, or of all files together, have more elements than `limit`.
  case tooManyElements(limit: Int)
  /// None of the `files` files is a CT image in DICOM format.
  case noImages(files: Int, found: [FileCount])
  /// No series has enough images. The largest series has `found` images, and all `series` series together have
  /// `images`.
  case tooFewImages(found: Int, needed: Int, images: Int, series: Int)
  /// The encoding of the pixels is not supported.
  case transferSyntaxUnsupported(PixelEncoding)
  /// The files belong to several studies.
  case mixedStudies(studies: Int, series: Int)
  /// Several series are equally suitable, and no rule decides.
  case mixedSeries(series: Int)
  /// The files belong to one study but to several patients.
  case mixedPatients(patients: Int)
  /// The headers of `files` files are unreadable. These files may be images of the series.
  case unreadableHeads(files: Int)
  /// The images do not form one volume.
  case inconsistent(SeriesFault)
  /// In `images` images, the distance between pixels is missing, unreadable or impossible.
  case pixelSpacing(images: Int)
  /// In `images` images, the pixels contradict the header.
  case pixels(PixelFault, images: Int)
  /// The volume has more rows, columns or images than `limit`.
  case tooManyVoxels(limit: Int, actual: Int)
  /// The volume would have more bytes than `limit`.
  case volumeTooLarge(limit: Int)
  /// The converter is not installed.
  case converterMissing
  /// The converter made no volume, or several volumes.
  case notConverted
  /// The converter's volume or its pixels are not at the positions in the image headers.
  case convertedElsewhere
  /// Unpacking, reading headers and decoding together took longer than `seconds`.
  case tooSlow(seconds: Int)
  /// The disk is full.
  case storageFull
  /// A system call failed with this `errno`.
  case inputOutput(errno: Int32)
  /// The caller cancelled the conversion.
  case cancelled

  /// What is wrong with a ZIP.
  public enum ZipFault: Sendable, Equatable {
    /// The directory of the ZIP is missing or contradicts itself.
    case directory
    /// The byte ranges of two entries overlap.
    case overlap
    /// A name is absolute or leads out of the folder, or the entry is a link or a device.
    case name
    /// An entry is truncated, or its length or checksum differs from the declared one.
    case content
  }

  /// A feature of a ZIP that is not supported.
  public enum ZipFeature: Sendable, Equatable {
    /// Entries are encrypted.
    case encryption
    /// Entries use a compression method other than DEFLATE.
    case compression
    /// The archive is split into several files.
    case split
  }

  /// An encoding of pixels that is not supported.
  public enum PixelEncoding: Sendable, Equatable, CaseIterable {
    /// JPEG-LS.
    case jpegLS
    /// DEFLATE compression of the whole data set.
    case deflated
    /// Lossy JPEG.
    case lossyJPEG
    /// JPEG 2000 that may be lossy.
    case lossyJPEG2000
    /// High-throughput JPEG 2000.
    case highThroughputJPEG2000
    /// An unknown transfer syntax.
    case unknown
  }

  /// Why the images do not form one volume. Lengths are in millimetres, rounded to hundredths.
  public enum SeriesFault: Sendable, Equatable {
    /// Images are missing in `places` gaps. Most neighbours are `usual` apart, and the largest gap is `widest` wide.
    case slicesMissing(places: Int, usual: Double, widest: Double)
    /// `count` images have the same position as another image.
    case samePlace(count: Int)
    /// The distances between neighbouring images vary.
    case spacing(narrowest: Double, widest: Double)
    /// The images have `sizes` different sizes.
    case size(sizes: Int)
    /// The first image and another image have different distances between rows or columns.
    case pixelSpacings(one: [Double], other: [Double])
    /// The images have different directions. The largest angle to the first image is `degrees`.
    case directions(degrees: Double)
    /// The stack is not perpendicular to its images, for example because the gantry was tilted.
    case tilted(degrees: Double)
    /// `count` images are not on the line of the other images. The largest distance from the line is `millimetres`.
    case beside(count: Int, millimetres: Double)
    /// The position of `images` images is missing or unreliable.
    case position(images: Int)
    /// The direction of `images` images is missing or unreliable.
    case direction(images: Int)
    /// The number of frames differs from the number of frame positions in the header.
    case frameCount
  }

  /// What is wrong with the pixels.
  public enum PixelFault: Error, Sendable, Equatable {
    /// BitsAllocated, BitsStored and HighBit contradict each other or are not supported.
    case format
    /// The rescale slope or intercept is unreadable, or the slope is 0.
    case rescale
    /// The rescale slope or intercept is missing in these images but present in others.
    case rescaleMissing
    /// The values are not Hounsfield units.
    case unit
    /// There are fewer bytes than rows, columns and bits require, or a compressed image ends early.
    case short
    /// There are more bytes than rows, columns and bits require.
    case long
    /// A compressed image is damaged, or its size or bit depth differs from the header.
    case compressed
    /// The fragments cannot be assigned to images.
    case fragments
    /// A lossless JPEG has restart markers.
    case restarts
    /// Stored values use more bits than the header declares.
    case bits
  }
}
