/// The reason for which a volume was refused. It has facts only, never a byte of the header's text.
///
/// `axis` is the file's own axis as in `dim[axis]`: 1, 2 or 3, or up to 7 in ``not3D(axis:count:)``.
public enum VolumeError: Error, Sendable, Equatable {
  /// The file is empty.
  case emptyBody
  /// The file is not NIfTI: it starts with neither version's header size, or ends within the header.
  case notNIfTI
  /// Another format that was recognised by its first bytes.
  case containerUnsupported(Container)
  /// NIfTI or its predecessor, in a form other than one binary file.
  case variantUnsupported(Variant)
  /// The file has fewer bytes than the header declares. `found` is nil if they were not counted.
  case truncatedVolume(found: Int?, declared: Int)
  /// Bytes follow the last voxel.
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
  /// The number of dimensions (`axis` 0) or an extent is impossible. `found` is nil if the product
  /// of the extents overflows.
  case dimsOutOfRange(axis: Int, found: Int64?)
  /// There are fewer than three dimensions (`axis` 0), or several volumes along a further axis.
  case not3D(axis: Int, count: Int64)
  /// Too few voxels along one axis.
  case tooFewSlices(axis: Int, found: Int64, allowed: Int)
  /// The distance between voxels is out of range, in millimetres. `found` may be NaN or infinite.
  case spacingOutOfRange(axis: Int, found: Double, allowed: ClosedRange<Double>)
  /// The transform to patient space is unusable.
  case affineInvalid(AffineFault)
  /// The offset of the voxels is wrong. `found` is nil if the offset is not a whole number.
  case voxOffsetOutOfRange(found: Int64?, allowed: ClosedRange<Int64>)
  /// Two header fields contradict each other.
  case headerInconsistent(Contradiction)
  /// The NIfTI-2 signature was damaged, for example by a transfer in text mode.
  case badHeader
  /// Some voxels are NaN or infinite.
  case nonFiniteVoxels(count: Int)
  /// The volume has values that a CT cannot have. `found` is nil if slope or intercept is not
  /// finite, so that no value is defined.
  case notHounsfield(found: ClosedRange<Float>?, allowed: ClosedRange<Float>)
  /// All voxels have this value, in HU, or differ from it by less than a CT can measure.
  case noContrast(hounsfield: Float)
  /// The field of view (voxels times spacing) is out of range, in millimetres.
  case fieldOfViewOutOfRange(axis: Int, found: Double, allowed: ClosedRange<Double>)
  /// Reading or writing failed with this `errno`.
  case inputOutput(errno: Int32)
  /// The caller asked to stop.
  case cancelled

  /// A format related to single-file NIfTI.
  public enum Variant: String, Sendable {
    /// `pair` is the header of a `.hdr`/`.img` pair, `analyze` is Analyze 7.5, and `ascii` is the XML-like `.nia`.
    case pair, analyze, ascii
  }

  /// What is wrong with the affine.
  public enum AffineFault: Sendable, Equatable {
    /// A number is NaN or infinite.
    case notFinite
    /// A voxel axis has no length, or the axes have no orientation.
    case singular
    /// Two axes are not perpendicular. `found` is the cosine of the angle between them.
    case sheared(found: Double, allowed: Double)
    /// The first voxel is farther from the origin than any scanner allows, in millimetres.
    case tooFar(found: Double, allowed: Double)
    /// The quaternion's vector part is longer than 1.
    case quaternionTooLong(squaredLength: Double)
  }

  /// The fields that contradict each other.
  public enum Contradiction: Sendable, Equatable {
    /// `sizeof_hdr` and `dim[0]` have different byte orders.
    case byteOrder
    /// `bitpix` is not the size of `datatype`.
    case bitsPerVoxel(found: Int, expected: Int)
  }
}
