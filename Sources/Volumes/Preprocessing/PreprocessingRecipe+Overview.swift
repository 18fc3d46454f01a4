internal import CheckedNumbers

extension PreprocessingRecipe {
  /// Makes a recipe that covers a whole volume with cubic voxels, for a picture rather than a model.
  ///
  /// - Parameter pixels: Number of voxels along the longest edge of the volume.
  /// - Throws: ``RecipeError`` if the voxels exceed a recipe's bounds.
  public static func overview(
    of volume: NIfTIVolume, pixels: Int
  ) throws(RecipeError) -> PreprocessingRecipe {
    let extents = AnatomicalAxis.allCases.map { axis in
      let file = volume.header.geometry.fileAxis(along: axis).index
      return Double(volume.shape[file]) * volume.spacing[file]
    }
    let edge = (extents.max() ?? 1) / Double(pixels)
    var air = Intensity()
    air.outside = -1024
    return try PreprocessingRecipe(
      spacing: [edge, edge, edge],
      shape: extents.map { Int(nearest: $0 / edge, clampedTo: 1...pixels) }, intensity: air)
  }
}
