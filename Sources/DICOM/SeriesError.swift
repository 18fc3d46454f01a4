/// Why no volume could be made of DICOM files: facts and counts only, never an identifier.
public enum SeriesError: Error, Sendable, Equatable {
  /// The ZIP is not what it should be.
  case zipCorrupt(ZipFault)
  /// The ZIP uses something that is not read.
  case zipUnsupported(ZipFeature)
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
  /// Files of more than one study, or patient.
  case mixedStudies(studies: Int, series: Int)
  /// Several series are equally good.
  case mixedSeries(series: Int)
  /// The images do not make one volume.
  case inconsistent(SeriesFault)
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
    /// A name is absolute, leads out of the folder, comes twice, or is a link's.
    case name
    /// An entry is cut off, or does not have the length or checksum that is declared.
    case content
  }

  /// What of the format is not read.
  public enum ZipFeature: Sendable, Equatable {
    /// Entries that need a password.
    case encryption
    /// Sizes of more than 32 bits.
    case zip64
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
    /// No image position or direction.
    case positionMissing
  }
}
