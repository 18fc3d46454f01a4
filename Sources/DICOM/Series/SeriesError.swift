/// Why no volume could be made of DICOM files: facts and counts only, never an identifier.
public enum SeriesError: Error, Sendable, Equatable {
  /// The ZIP is not what it should be.
  case zipCorrupt(ZipFault)
  /// The ZIP uses something that is not read.
  case zipUnsupported(ZipFeature)
  /// The ZIP holds so many ZIPs, which are not unpacked, and no CT image.
  case nestedArchives(files: Int)
  /// More files than allowed.
  case tooManyFiles(limit: Int, actual: Int)
  /// More bytes than may be inflated.
  case inflatedTooLarge(limit: Int)
  /// The ZIP's directory, or a name, extra field or comment in it, has more bytes than are read.
  case zipDirectoryTooLarge(limit: Int)
  /// The heads of the files, or one of them, have more elements than are read.
  case tooManyElements(limit: Int)
  /// None of the `files` read is a DICOM file of a CT image.
  case noImages(files: Int, found: [FileCount])
  /// No series has enough images to be a volume; the longest has `found`, all `series` together have `images`.
  case tooFewImages(found: Int, needed: Int, images: Int, series: Int)
  /// Pixel data in an encoding that is not read.
  case transferSyntaxUnsupported(PixelEncoding)
  /// Files of more than one study.
  case mixedStudies(studies: Int, series: Int)
  /// Several series are equally good.
  case mixedSeries(series: Int)
  /// Files of one study that name more than one patient.
  case mixedPatients(patients: Int)
  /// Files that may be images of the series, and whose heads cannot be read.
  case unreadableHeads(files: Int)
  /// The images do not make one volume.
  case inconsistent(SeriesFault)
  /// So many images have no distance between pixels, none that can be read, or one beyond the limits.
  case pixelSpacing(images: Int)
  /// So many images have pixels that are not what their heads say.
  case pixels(PixelFault, images: Int)
  /// There are more rows, columns or images than allowed.
  case tooManyVoxels(limit: Int, actual: Int)
  /// The volume would have more bytes than allowed.
  case volumeTooLarge(limit: Int)
  /// The converter is not installed.
  case converterMissing
  /// The converter ended without a volume, or with several.
  case notConverted
  /// The converter's volume lies elsewhere than the heads of its images say, or has their pixels elsewhere.
  case convertedElsewhere
  /// Unpacking, reading heads and decoding took longer than they may.
  case tooSlow(seconds: Int)
  /// The disk has no room for the files.
  case storageFull
  /// A call failed with this `errno`.
  case inputOutput(errno: Int32)
  /// The caller asked to stop.
  case cancelled

  /// What is wrong with a ZIP.
  public enum ZipFault: Sendable, Equatable {
    /// The directory of the ZIP is not there or contradicts itself.
    case directory
    /// Two entries share bytes of the file.
    case overlap
    /// A name is absolute, leads out of the folder, or is a link's.
    case name
    /// An entry is cut off, or does not have the length or checksum that is declared.
    case content
  }

  /// What of the format is not read.
  public enum ZipFeature: Sendable, Equatable {
    /// Entries that need a password.
    case encryption
    /// Another compression than DEFLATE.
    case compression
    /// An archive in several files.
    case split
  }

  /// How pixels are written that are not read.
  public enum PixelEncoding: Sendable, Equatable, CaseIterable {
    /// JPEG-LS.
    case jpegLS
    /// The whole data set is deflated.
    case deflated
    /// JPEG that loses.
    case lossyJPEG
    /// JPEG 2000 that may lose.
    case lossyJPEG2000
    /// High-throughput JPEG 2000.
    case highThroughputJPEG2000
    /// A transfer syntax that is not in the list.
    case unknown
  }

  /// Why images do not make one volume; lengths in millimetres, rounded to hundredths.
  public enum SeriesFault: Sendable, Equatable {
    /// Most neighbours lie `usual` apart; in `places` places whole images are missing between them, at most `widest` apart.
    case slicesMissing(places: Int, usual: Double, widest: Double)
    /// Images at the place of another one.
    case samePlace(count: Int)
    /// The distance between neighbours varies.
    case spacing(narrowest: Double, widest: Double)
    /// Images of so many sizes.
    case size(sizes: Int)
    /// Distances between rows and columns that differ, of the first image and of another one.
    case pixelSpacings(one: [Double], other: [Double])
    /// Images in directions that differ, by so much from the first.
    case directions(degrees: Double)
    /// The stack is not perpendicular to its images, as with a tilted gantry.
    case tilted(degrees: Double)
    /// So many images lie beside the line of the others, at most by so much.
    case beside(count: Int, millimetres: Double)
    /// So many images have no position, or one that is not to be relied on.
    case position(images: Int)
    /// So many images have no direction, or one that is not to be relied on.
    case direction(images: Int)
    /// A file has another number of frames than of their places.
    case frameCount
  }

  /// What is wrong with pixels.
  public enum PixelFault: Sendable, Equatable {
    /// Bits allocated, stored and high bit contradict each other, or are not read.
    case format
    /// Slope or intercept cannot be read, or the slope is 0.
    case rescale
    /// Slope or intercept are missing in these images, and others have them.
    case rescaleMissing
    /// The values are not HU.
    case unit
    /// There are fewer bytes than rows, columns and bits call for, or a compressed image ends early.
    case short
    /// There are more bytes than rows, columns and bits call for.
    case long
    /// A compressed image has another size or depth than its head says, or is damaged.
    case compressed
    /// Nothing says which fragments are one image.
    case fragments
    /// A lossless JPEG has restart markers.
    case restarts
    /// Stored values use bits beyond those that the head names.
    case bits
  }
}
