internal import CheckedNumbers

extension PreprocessingRecipe {
  /// Makes a recipe for a picture of the whole volume, with cubic voxels. It is not meant for a model.
  ///
  /// - Parameter pixels: Number of voxels along the longest side of the volume.
  /// - Throws: ``RecipeError`` if the voxels are outside the bounds of a recipe.
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
