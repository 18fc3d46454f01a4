public import Volumes

/// Describes a volume without its file and its embedding: geometry, intensities and warnings.
public struct VolumeDescription: Sendable, Equatable {
  /// The file format: "nifti1", "nifti2" or "dicom".
  public let format: String
  /// The number of voxels along each of the file's three axes, fastest axis first.
  public let shape: [Int]
  /// The distance between voxel centres along each of the file's axes in millimetres, fastest axis first.
  public let spacing: [Double]
  /// The anatomical directions of the file's axes, such as "RAS".
  public let orientation: String
  /// The 3 × 4 matrix from voxel indices to RAS+ coordinates in millimetres, row by row; nil in documents of earlier
  /// versions.
  public let affine: [Double]?
  /// The slope of stored values: HU = slope · stored value + ``intercept``.
  public let slope: Double
  /// The value in HU of a stored 0.
  public let intercept: Double
  /// Statistics of all values in the file, in HU.
  public let intensity: IntensitySummary
  /// Warnings about assumptions and doubtful properties of the volume, and about the model's domain if needed.
  public internal(set) var warnings: [VolumeWarning]
  /// The volume's distance from the domain of the model that last encoded it; nil if that model specifies no domain.
  public internal(set) var domain: DomainDistance?
}

extension VolumeDescription {
  /// Makes the description of a volume that was read.
  package init(
    _ volume: NIfTIVolume, format: String, _ intensity: IntensitySummary,
    _ warnings: [VolumeWarning], domain: DomainDistance?
  ) {
    self.init(
      format: format, shape: volume.shape, spacing: volume.spacing,
      orientation: volume.orientation, affine: volume.affine, slope: volume.scaling.slope,
      intercept: volume.scaling.intercept, intensity: intensity, warnings: warnings,
      domain: domain)
  }
}
