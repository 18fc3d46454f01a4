/// Why no volume could be made of DICOM files: facts and counts only, never an identifier.
public enum SeriesError: Error, Sendable, Equatable {
  /// The ZIP is not what it should be.
  case zipCorrupt(ZipFault)
  /// The ZIP uses something that is not read.
  case zipUnsupported(ZipFeature)
  /// There are no DICOM files of CT images, but so many ZIPs within the ZIP, which are not unpacked.
  case nestedArchives(files: Int)
  /// More files than allowed.
  case tooManyFiles(limit: Int, actual: Int)
  /// More bytes than may be inflated.
  case inflatedTooLarge(limit: Int)
  /// The ZIP's directory, or a name, extra field or comment in it, has more bytes than are read.
  case zipDirectoryTooLarge(limit: Int)
  /// The heads of the files, or one of them, have more elements than are read.
  case tooManyElements(limit: Int)
  /// There are no DICOM files of CT images; `files` were looked at.
  case noImages(files: Int)
  /// No series has enough images to be a volume; the longest has `found`.
  case tooFewImages(found: Int, needed: Int)
  /// Pixel data in an encoding that is not read.
  case transferSyntaxUnsupported
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
  /// Unpacking, reading heads and decoding took longer than they may.
  case tooSlow(seconds: Int)
  /// There is no room for the files.
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

  /// Why images do not make one volume.
  public enum SeriesFault: Sendable, Equatable {
    /// The distance between neighbours is not the same everywhere: in `places` places it is larger.
    case slicesMissing(places: Int)
    /// Images at the place of another one.
    case samePlace(count: Int)
    /// The distance between neighbours varies.
    case spacing
    /// Images of different size, pixel distance or direction.
    case geometry
    /// The stack is not perpendicular to its images, as with a tilted gantry.
    case tilted(degrees: Int)
    /// So many images lie beside the line of the others.
    case beside(count: Int)
    /// An image without a position or direction, or with one that is not to be relied on.
    case positionMissing
    /// A file has another number of frames than of their places.
    case frameCount
  }

  /// What is wrong with pixels.
  public enum PixelFault: Sendable, Equatable {
    /// Bits allocated, stored and high bit contradict each other, or are not read.
    case format
    /// Slope or intercept cannot be read, or the slope is 0.
    case rescale
    /// There are fewer bytes than rows, columns and bits call for, or a compressed image ends early.
    case short
    /// There are more bytes than rows, columns and bits call for.
    case long
    /// A compressed image has another size or depth than its head says, or is damaged.
    case compressed
    /// Stored values use bits beyond those that the head names.
    case bits
  }
}
