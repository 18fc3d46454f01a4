import Tensors
import TestSupport
import Volumes

/// The recipe of the small model: fast, and every step of the published one.
func tinyRecipe() throws -> PreprocessingRecipe {
  try PreprocessingRecipe(spacing: [6, 6, 12], shape: [64, 64, 32])
}

/// What becomes of a volume's bytes; the temporary file lives for the call only.
func prepare(
  _ bytes: [UInt8], recipe: PreprocessingRecipe, output: PreparedOutput = .modelInput,
  limits: VolumeLimits = .standard
) throws(VolumeError) -> PreparedVolume {
  try withVolume(bytes, limits: limits) { volume throws(VolumeError) in
    try Preprocessing.prepare(volume, recipe: recipe, output: output)
  }
}

/// Opens a volume for the duration of `body`: its file is closed afterwards.
func withVolume<Result>(
  _ bytes: [UInt8], limits: VolumeLimits = .standard,
  body: (NIfTIVolume) throws(VolumeError) -> Result
) throws(VolumeError) -> Result {
  let spool = NIfTISpool(bytes)
  defer { withExtendedLifetime(spool) {} }
  return try body(open(spool, limits: limits))
}

/// Opens a spooled file.
func open(_ spool: NIfTISpool, limits: VolumeLimits = .standard) throws(VolumeError) -> NIfTIVolume
{
  try NIfTIVolume.open(
    fileDescriptor: spool.fileDescriptor, byteCount: spool.byteCount, limits: limits)
}

/// The slug of the refusal, or nil when the bytes were accepted.
func refusal(
  of bytes: [UInt8], recipe: PreprocessingRecipe, limits: VolumeLimits = .standard
) -> String? {
  do throws(VolumeError) {
    _ = try prepare(bytes, recipe: recipe, limits: limits)
    return nil
  } catch {
    return error.code
  }
}

/// The largest difference between two tensors of one shape; infinite when the shapes differ.
func largestDifference(_ first: Tensor, _ second: Tensor) -> Float {
  guard first.shape == second.shape else { return .infinity }
  return largestDifference(first.elements, second.elements)
}

/// The largest difference, infinite where a value is NaN.
func largestDifference(_ first: [Float], _ second: [Float]) -> Float {
  zip(first, second).reduce(0) { worst, pair in
    let difference = abs(pair.0 - pair.1)
    return difference.isNaN ? .infinity : max(worst, difference)
  }
}
