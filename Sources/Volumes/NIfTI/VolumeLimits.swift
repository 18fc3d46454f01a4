/// Limits of an accepted volume; every bound is inclusive.
///
/// Source: HostileInputs.md tables C to E and openapi.yaml, "Limits".
public struct VolumeLimits: Sendable, Equatable {
  /// Maximum size in bytes of header, extensions and voxels together, after inflation.
  public var inflatedBytes = 2 << 30

  /// Maximum number of voxels along the longest axis.
  public var longestAxis = 2048

  /// Maximum number of voxels along each of the two shorter axes.
  public var shorterAxes = 1024

  /// Maximum number of voxels of the whole volume.
  public var voxels = 1_000_000_000

  /// Minimum number of voxels along the shortest axis.
  public var shortestAxis = 8

  /// Allowed distances between voxel centres along an axis, in millimetres.
  public var spacing: ClosedRange<Double> = 0.05...20

  /// Allowed products of voxel count and spacing along an axis, in millimetres.
  public var fieldOfView: ClosedRange<Double> = 50...2000

  /// Maximum cosine of the angle between two voxel axes, which should be perpendicular.
  public var shear = 1e-3

  /// Maximum distance of the first voxel from the scanner's origin along an axis, in millimetres.
  public var offset = 1e5

  /// Minimum difference between the largest and the smallest value, in HU.
  public var contrast: Float = 1

  /// Maximum size in bytes of header extensions. They are skipped by offset and never parsed.
  public var extensionBytes = 65_536

  /// Maximum number of bytes that one compressed byte can become: DEFLATE's own bound.
  public var gzipRatio = 1032

  /// Maximum size in bytes of one gzip member's header, name and extra field included.
  public var gzipHeaderBytes = 16_384

  /// Maximum number of gzip members without content, such as the one that ends a bgzip file.
  public var emptyGzipMembers = 1024

  /// Allowed Hounsfield units of a voxel.
  public var hounsfield: ClosedRange<Float> = -32768...32767

  /// The service's limits.
  public static let standard = VolumeLimits()

  /// Uses the limits of openapi.yaml. Single ones can be changed afterwards.
  public init() {}
}
