/// Why a volume was refused: facts only, never a byte of the header's text.
///
/// `axis` is the file's own axis as in `dim[axis]`: 1, 2 or 3 (up to 7 in ``not3D(axis:count:)``).
public enum VolumeError: Error, Sendable, Equatable {
  /// The file is empty.
  case emptyBody
  /// Neither header size matches, or the file ends within the header.
  case notNIfTI
  /// Another format that was recognised by its first bytes.
  case containerUnsupported(Container)
  /// NIfTI or its predecessor, in a form other than one binary file.
  case variantUnsupported(Variant)
  /// Fewer bytes than the header declares; `found` is nil if they were not counted.
  case truncatedVolume(found: Int?, declared: Int)
  /// Bytes after the last voxel.
  case trailingData(declared: Int)
  /// The gzip stream is cut or damaged, or its member header is too long.
  case gzipCorrupt
  /// A voxel type that is not a scalar or does not convert to float32 HU.
  case datatypeUnsupported(code: Int)
  /// The header declares more bytes than the limit for inflated data.
  case inflatedTooLarge(bytes: Int, allowed: Int)
  /// Too many voxels along one axis.
  case axisTooLong(axis: Int, found: Int64, allowed: Int)
  /// Too many voxels in total.
  case tooManyVoxels(found: Int64, allowed: Int)
  /// The number of dimensions (`axis` 0) or an extent is impossible; nil if the product overflows.
  case dimsOutOfRange(axis: Int, found: Int64?)
  /// Fewer dimensions than three (`axis` 0), or several volumes along a further axis.
  case not3D(axis: Int, count: Int64)
  /// Too few voxels along one axis.
  case tooFewSlices(axis: Int, found: Int64, allowed: Int)
  /// The distance between voxels is out of range, in millimetres; it may be NaN or infinite.
  case spacingOutOfRange(axis: Int, found: Double, allowed: ClosedRange<Double>)
  /// The transform to patient space is unusable.
  case affineInvalid(AffineFault)
  /// The offset of the voxels is wrong; nil if it is not a whole number.
  case voxOffsetOutOfRange(found: Int64?, allowed: ClosedRange<Int64>)
  /// Two header fields contradict each other.
  case headerInconsistent(Contradiction)
  /// The NIfTI-2 signature was damaged, for example by a transfer in text mode.
  case badHeader
  /// Some voxels are NaN or infinite.
  case nonFiniteVoxels(count: Int)
  /// Values that a CT cannot have; nil if the intercept is not finite, so that no value is defined.
  case notHounsfield(found: ClosedRange<Float>?, allowed: ClosedRange<Float>)
  /// All voxels have this one value, in HU, or differ by less than a CT can measure.
  case noContrast(hounsfield: Float)
  /// The field of view (voxels times spacing) is out of range, in millimetres.
  case fieldOfViewOutOfRange(axis: Int, found: Double, allowed: ClosedRange<Double>)
  /// Reading or writing failed with this `errno`.
  case inputOutput(errno: Int32)
  /// The caller asked to stop.
  case cancelled

  /// A relative of single-file NIfTI.
  public enum Variant: String, Sendable {
    /// The header half of a `.hdr`/`.img` pair; Analyze 7.5; the XML-like `.nia`.
    case pair, analyze, ascii
  }

  /// What is wrong with the affine.
  public enum AffineFault: Sendable, Equatable {
    /// A number is NaN or infinite.
    case notFinite
    /// A voxel axis has no length, or the axes have no orientation.
    case singular
    /// Two axes are not perpendicular: the cosine between them.
    case sheared(found: Double, allowed: Double)
    /// The first voxel is farther from the origin than any scanner allows, in millimetres.
    case tooFar(found: Double, allowed: Double)
    /// The quaternion's vector part is longer than 1: its squared length.
    case quaternionTooLong(squaredLength: Double)
  }

  /// Which fields contradict each other.
  public enum Contradiction: Sendable, Equatable {
    /// `sizeof_hdr` and `dim[0]` have different byte orders.
    case byteOrder
    /// `bitpix` is not the size of `datatype`.
    case bitsPerVoxel(found: Int, expected: Int)
  }
}
