public import Tensors

/// The values that ``Preprocessing/prepare(_:recipe:output:reading:isCancelled:)`` returns.
public enum PreparedOutput: Sendable {
  /// Clipped, scaled and standardised: dimensionless.
  case modelInput
  /// HU after crop and padding, before clipping, to view the model's input.
  case hounsfield
}

/// A volume on the model's grid.
public struct PreparedVolume: Sendable {
  /// `[X, Y, Z]`, x slowest: dimensionless, or HU on request.
  public let input: Tensor

  /// Voxel index of `input` to RAS+ millimetres: three rows of four.
  public let affine: [Double]

  /// Statistics of the whole file's HU, including cropped voxels.
  public let intensity: IntensitySummary

  /// The header's warnings and those about the field of view.
  public let warnings: [VolumeWarning]

  /// Time of waiting for planes, converting and counting. Reading during resampling does not count,
  /// so the two times add up to the total.
  public let decodeTime: Duration

  /// Time of resampling and the intensity steps.
  public let resampleTime: Duration
}

/// A volume's facts that need no model.
public struct VolumeSummary: Sendable {
  /// Statistics of the whole file's HU.
  public let intensity: IntensitySummary

  /// The header's warnings.
  public let warnings: [VolumeWarning]

  /// Time of reading, inflating, converting and counting.
  public let decodeTime: Duration
}
