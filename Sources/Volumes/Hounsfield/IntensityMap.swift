/// Converts resampled HU to output values.
struct IntensityMap {
  /// Output value of padding voxels.
  let pad: Float

  /// Output value of voxels beyond the last half voxel of the volume.
  let outside: Float

  private let recipe: PreprocessingRecipe.Intensity
  private let output: PreparedOutput

  init(_ recipe: PreprocessingRecipe.Intensity, output: PreparedOutput) {
    self.recipe = recipe
    self.output = output
    var background = [Float(recipe.pad), Float(recipe.outside)]
    if recipe.integerHU { background[1].round(.towardZero) }
    if output == .modelInput { Self.normalise(&background, recipe) }
    pad = background[0]
    outside = background[1]
  }

  /// Converts `count` resampled values in place, from HU to output values.
  func applyToResampled(_ values: UnsafeMutablePointer<Float>, count: Int) {
    if recipe.integerHU {
      for index in 0..<count { values[index].round(.towardZero) }
    }
    if output == .modelInput {
      Self.normalise(UnsafeMutableBufferPointer(start: values, count: count), recipe)
    }
  }

  private static func normalise(_ values: inout [Float], _ recipe: PreprocessingRecipe.Intensity) {
    values.withUnsafeMutableBufferPointer { normalise($0, recipe) }
  }

  /// Clips, scales and standardises the values. Uses 32-bit floats and this order, as the reference implementation
  /// does.
  private static func normalise(
    _ values: UnsafeMutableBufferPointer<Float>, _ recipe: PreprocessingRecipe.Intensity
  ) {
    let (lower, upper) = (Float(recipe.clipLower), Float(recipe.clipUpper))
    let (offset, scale) = (Float(recipe.offset), Float(recipe.scale))
    let (mean, deviation) = (Float(recipe.mean), Float(recipe.deviation))
    for index in 0..<values.count {
      let value = values[index]
      let raised = value < lower ? lower : value
      let clipped = raised > upper ? upper : raised
      values[index] = ((clipped - offset) / scale - mean) / deviation
    }
  }
}
