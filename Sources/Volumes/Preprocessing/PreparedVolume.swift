public import Tensors

/// Which values ``Preprocessing/prepare(_:recipe:output:reading:isCancelled:)`` gives.
public enum PreparedOutput: Sendable {
  /// Clipped, scaled and standardised: dimensionless.
  case modelInput
  /// HU after crop and padding, before clipping: for looking at what the model will see.
  case hounsfield
}

/// A volume on the model's grid.
public struct PreparedVolume: Sendable {
  /// `[X, Y, Z]`, x slowest: dimensionless, or HU if that was asked for.
  public let input: Tensor

  /// Voxel index of `input` to RAS+ millimetres: three rows of four.
  public let affine: [Double]

  /// The whole file's HU, voxels that were cropped away included.
  public let intensity: IntensitySummary

  /// The header's warnings and those about the field of view.
  public let warnings: [VolumeWarning]

  /// Waiting for planes that are read and inflated, converting and counting. What is read while
  /// others are resampled costs no time of its own: the two times add up to the whole.
  public let decodeTime: Duration

  /// Resampling and the intensity steps.
  public let resampleTime: Duration
}

/// What can be said about a volume without a model.
public struct VolumeSummary: Sendable {
  /// The whole file's HU.
  public let intensity: IntensitySummary

  /// The header's warnings.
  public let warnings: [VolumeWarning]

  /// Reading, inflating, converting and counting.
  public let decodeTime: Duration
}
