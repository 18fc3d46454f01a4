/// The values of grid voxels that get no sample: the padding value, and the outside value beyond the last half voxel.
extension SamplingGrid {
  /// Fills the part of the model's tensor `[X, Y, Z]` that is outside the volume.
  ///
  /// A voxel that is padding along any axis gets the padding value. Any other voxel gets the outside value if it is
  /// beyond the last half voxel along any axis.
  func fillBackground(_ output: UnsafeMutableBufferPointer<Float>, intensityMap: IntensityMap) {
    output.update(repeating: intensityMap.pad)
    for x in axes[0].resampled {
      for y in axes[1].resampled {
        let start = (x * shape[1] + y) * shape[2]
        let row = axes[2].resampled
        output[(start + row.lowerBound)..<(start + row.upperBound)]
          .update(repeating: intensityMap.outside)
      }
    }
  }
}
