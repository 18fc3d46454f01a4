/// Limits of an accepted volume; every bound is inclusive.
///
/// Source: HostileInputs.md tables C to E and openapi.yaml, "Limits".
public struct VolumeLimits: Sendable, Equatable {
  /// Header, gap and voxels together, after inflation, in bytes.
  public var inflatedBytes = 2 << 30

  /// Voxels along the longest axis.
  public var longestAxis = 2048

  /// Voxels along each of the two shorter axes.
  public var shorterAxes = 1024

  /// Voxels of the whole volume.
  public var voxels = 1_000_000_000

  /// Voxels along the shortest axis.
  public var shortestAxis = 8

  /// Distance between voxel centres along an axis, in millimetres.
  public var spacing: ClosedRange<Double> = 0.05...20

  /// Voxels times spacing along an axis, in millimetres.
  public var fieldOfView: ClosedRange<Double> = 50...2000

  /// Largest cosine between two voxel axes that should be perpendicular.
  public var shear = 1e-3

  /// Distance of the first voxel from the scanner's origin along an axis, in millimetres.
  public var offset = 1e5

  /// Smallest difference between the largest and the smallest value, in HU.
  public var contrast: Float = 1

  /// Room for header extensions, in bytes; they are skipped by offset and never parsed.
  public var extensionBytes = 65_536

  /// Most bytes that one compressed byte can become: DEFLATE's own bound.
  public var gzipRatio = 1032

  /// Length of one gzip member's header in bytes, name and extra field included.
  public var gzipHeaderBytes = 16_384

  /// Gzip members without content, such as the one that ends a bgzip file.
  public var emptyGzipMembers = 1024

  /// Allowed Hounsfield units of a voxel.
  public var hounsfield: ClosedRange<Float> = -32768...32767

  /// The service's limits.
  public static let standard = VolumeLimits()

  /// The limits of openapi.yaml; change single ones afterwards.
  public init() {}
}
