/// The limits for an accepted volume. All limits are inclusive.
///
/// - Source: HostileInputs.md, tables C to E; openapi.yaml, "Limits".
public struct VolumeLimits: Sendable, Equatable {
  /// Maximum size in bytes of header, extensions and voxels together, after inflation.
  public var inflatedBytes = 2 << 30

  /// Maximum number of voxels along the longest axis.
  public var longestAxis = 2048

  /// Maximum number of voxels along each of the two shorter axes.
  public var shorterAxes = 1024

  /// Maximum number of voxels in the whole volume.
  public var voxels = 1_000_000_000

  /// Minimum number of voxels along the shortest axis.
  public var shortestAxis = 8

  /// Accepted distances between voxel centres along an axis, in millimetres.
  public var spacing: ClosedRange<Double> = 0.05...20

  /// Accepted products of voxel count and spacing along an axis, in millimetres.
  public var fieldOfView: ClosedRange<Double> = 50...2000

  /// Maximum cosine of the angle between two voxel axes. The axes should be perpendicular.
  public var shear = 1e-3

  /// Maximum distance of the first voxel from the scanner's origin along an axis, in millimetres.
  public var offset = 1e5

  /// Minimum difference between the largest and the smallest value, in HU.
  public var contrast: Float = 1

  /// Maximum size in bytes of header extensions. They are skipped and never parsed.
  public var extensionBytes = 65_536

  /// Maximum number of bytes to which one compressed byte can inflate. This is the limit of DEFLATE itself.
  public var gzipRatio = 1032

  /// Maximum size in bytes of the header of a gzip member, including name and extra field.
  public var gzipHeaderBytes = 16_384

  /// Maximum number of empty gzip members, such as the one at the end of a bgzip file.
  public var emptyGzipMembers = 1024

  /// Accepted Hounsfield units of a voxel.
  public var hounsfield: ClosedRange<Float> = -32768...32767

  /// The limits that the service uses.
  public static let standard = VolumeLimits()

  /// Makes the limits of openapi.yaml. Each limit can be changed afterwards.
  public init() {}
}
