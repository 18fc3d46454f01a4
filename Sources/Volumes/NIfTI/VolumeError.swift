/// Why a volume was refused. The cases contain numbers but never text from the header.
///
/// `axis` is an axis of the file as in `dim[axis]`: 1, 2 or 3, or up to 7 in ``not3D(axis:count:)``.
public enum VolumeError: Error, Sendable, Equatable {
  /// The file is empty.
  case emptyBody
  /// The file is not NIfTI. It does not start with a valid header size, or it ends within the header.
  case notNIfTI
  /// The file has another known format.
  case containerUnsupported(Container)
  /// The file is a variant of NIfTI or Analyze 7.5 that is not supported.
  case variantUnsupported(Variant)
  /// The file has fewer bytes than the header declares. `found` is nil if the bytes were not counted.
  case truncatedVolume(found: Int?, declared: Int)
  /// The file continues after the last voxel.
  case trailingData(declared: Int)
  /// The gzip stream is truncated or damaged, or the header of a member is too long.
  case gzipCorrupt
  /// The voxel type is not supported. It is not a scalar, or it cannot be converted to HU.
  case datatypeUnsupported(code: Int)
  /// The header declares more bytes than `allowed` for the inflated file.
  case inflatedTooLarge(bytes: Int, allowed: Int)
  /// One axis has too many voxels.
  case axisTooLong(axis: Int, found: Int64, allowed: Int)
  /// The volume has too many voxels.
  case tooManyVoxels(found: Int64, allowed: Int)
  /// The number of dimensions (`axis` 0) or the number of voxels along an axis is impossible. `found` is nil if the
  /// product of the numbers overflows.
  case dimsOutOfRange(axis: Int, found: Int64?)
  /// The file has fewer than three dimensions (`axis` 0), or it contains several volumes along another axis.
  case not3D(axis: Int, count: Int64)
  /// One axis has too few voxels.
  case tooFewSlices(axis: Int, found: Int64, allowed: Int)
  /// The distance between voxels in millimetres is out of range. `found` may be NaN or infinite.
  case spacingOutOfRange(axis: Int, found: Double, allowed: ClosedRange<Double>)
  /// The affine, which maps voxels to the patient, is not valid.
  case affineInvalid(AffineFault)
  /// The offset of the voxels is wrong. `found` is nil if it is not a whole number.
  case voxOffsetOutOfRange(found: Int64?, allowed: ClosedRange<Int64>)
  /// Two header fields contradict each other.
  case headerInconsistent(Contradiction)
  /// The NIfTI-2 signature is damaged, for example by a file transfer in text mode.
  case badHeader
  /// Some voxels are NaN or infinite.
  case nonFiniteVoxels(count: Int)
  /// The volume contains values that a CT image cannot have. `found` is nil if the slope or intercept is not finite,
  /// because the values are then undefined.
  case notHounsfield(found: ClosedRange<Float>?, allowed: ClosedRange<Float>)
  /// All voxels have the value `hounsfield` in HU, or differ from it by less than a CT scanner can measure.
  case noContrast(hounsfield: Float)
  /// The field of view (number of voxels times spacing) in millimetres is out of range.
  case fieldOfViewOutOfRange(axis: Int, found: Double, allowed: ClosedRange<Double>)
  /// Reading or writing a file failed with this `errno`.
  case inputOutput(errno: Int32)
  /// The caller cancelled the operation.
  case cancelled

  /// A file format that is related to single-file NIfTI.
  public enum Variant: String, Sendable {
    /// `pair` is a `.hdr`/`.img` pair, `analyze` is Analyze 7.5, and `ascii` is the XML-like `.nia`.
    case pair, analyze, ascii
  }

  /// What is wrong with the affine.
  public enum AffineFault: Sendable, Equatable {
    /// The affine contains a number that is NaN or infinite.
    case notFinite
    /// A voxel axis has length 0, or the axes define no orientation.
    case singular
    /// Two axes are not perpendicular. `found` is the cosine of the angle between them.
    case sheared(found: Double, allowed: Double)
    /// The first voxel is farther from the origin than any scanner allows. The distance is in millimetres.
    case tooFar(found: Double, allowed: Double)
    /// The vector part of the quaternion is longer than 1.
    case quaternionTooLong(squaredLength: Double)
  }

  /// Two header fields that contradict each other.
  public enum Contradiction: Sendable, Equatable {
    /// `sizeof_hdr` and `dim[0]` have different byte orders.
    case byteOrder
    /// `bitpix` does not match the size of `datatype`.
    case bitsPerVoxel(found: Int, expected: Int)
  }
}
