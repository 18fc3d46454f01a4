public import Tensors

/// The values that ``Preprocessing/prepare(_:recipe:output:reading:isCancelled:)`` returns.
public enum PreparedOutput: Sendable {
  /// Clipped, scaled and standardised: dimensionless.
  case modelInput
  /// HU after cropping and padding, but before clipping. They show the model's input.
  case hounsfield
}

/// A volume on the model's grid.
public struct PreparedVolume: Sendable {
  /// `[X, Y, Z]`, x slowest: dimensionless, or HU on request.
  public let input: Tensor

  /// The matrix from a voxel index of `input` to RAS+ millimetres: three rows of four.
  public let affine: [Double]

  /// Statistics of the whole file's HU, including cropped voxels.
  public let intensity: IntensitySummary

  /// Warnings about the header, the values, the slices and the field of view.
  public let warnings: [VolumeWarning]

  /// Time spent waiting for planes, converting and counting. Reading that happens during resampling
  /// does not count, so this time and ``resampleTime`` add up to the total.
  public let decodeTime: Duration

  /// Time spent resampling and mapping intensities.
  public let resampleTime: Duration
}

/// Properties of a volume that can be computed without a model.
public struct VolumeSummary: Sendable {
  /// Statistics of the whole file's HU.
  public let intensity: IntensitySummary

  /// Warnings about the header, the values, the slices and the field of view.
  public let warnings: [VolumeWarning]

  /// Time spent reading, inflating, converting and counting.
  public let decodeTime: Duration
}
