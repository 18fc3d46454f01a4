public import Volumes

/// A volume's properties except its embedding: enough to describe it without its file.
public struct VolumeDescription: Sendable, Equatable {
  /// "nifti1", "nifti2" or "dicom".
  public let format: String
  /// Voxels along the file's axes, fastest first: three numbers.
  public let shape: [Int]
  /// Millimetres between voxel centres along the file's axes, fastest first.
  public let spacing: [Double]
  /// The directions of the file's axes, such as "RAS".
  public let orientation: String
  /// The matrix from a voxel index to RAS+ millimetres, three rows of four; nil in documents of earlier versions.
  public let affine: [Double]?
  /// The slope of stored values: HU = slope · stored value + ``intercept``.
  public let slope: Double
  /// The HU of a stored 0.
  public let intercept: Double
  /// Statistics of the whole file's HU.
  public let intensity: IntensitySummary
  /// All assumptions about the volume and, if needed, a warning about the model's domain.
  public internal(set) var warnings: [VolumeWarning]
  /// The volume's distance from the domain of the model that last encoded it; nil if that model has no domain.
  public internal(set) var domain: DomainDistance?
}

extension VolumeDescription {
  /// Makes a description from a header and its voxels.
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
