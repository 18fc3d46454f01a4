/// The values around the samples: padding, and the outside value beyond the last half voxel.
extension SamplingGrid {
  /// Fills the model's tensor `[X, Y, Z]` outside the volume.
  ///
  /// A voxel is padding if it is padding along any axis. Otherwise it gets the outside value if it
  /// is beyond the last half voxel along any axis.
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
