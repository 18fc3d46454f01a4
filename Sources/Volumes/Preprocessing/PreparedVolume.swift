public import Tensors

/// The kind of values that ``Preprocessing/prepare(_:recipe:output:reading:isCancelled:)`` returns.
public enum PreparedOutput: Sendable {
  /// The input of the model: clipped, scaled and standardised values without a unit.
  case modelInput
  /// HU after cropping and padding, but before clipping. They are used to display the model's input.
  case hounsfield
}

/// A volume on the model's grid.
public struct PreparedVolume: Sendable {
  /// The voxels as `[X, Y, Z]`, x slowest. They have no unit, or are HU if these were requested.
  public let input: Tensor

  /// The affine matrix that maps a voxel index of `input` to RAS+ millimetres: three rows of four numbers.
  public let affine: [Double]

  /// Statistics of the HU in the whole file, including cropped voxels.
  public let intensity: IntensitySummary

  /// Warnings about the header, the values, the slices and the field of view.
  public let warnings: [VolumeWarning]

  /// Time spent waiting for planes, converting and counting. Planes that are read during resampling take no extra
  /// time, so the sum of this and ``resampleTime`` is the total time.
  public let decodeTime: Duration

  /// Time spent on resampling and converting intensities.
  public let resampleTime: Duration
}

/// Properties of a volume that can be computed without a model.
public struct VolumeSummary: Sendable {
  /// Statistics of the HU in the whole file.
  public let intensity: IntensitySummary

  /// Warnings about the header, the values, the slices and the field of view.
  public let warnings: [VolumeWarning]

  /// Time spent on reading, inflating, converting and counting.
  public let decodeTime: Duration
}
