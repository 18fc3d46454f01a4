internal import CheckedNumbers
internal import SeriesFacts

// The texts of warnings. Each text says what was found, with the number, and what to do.
extension VolumeWarning {
  private static func words(for fault: HounsfieldFault) -> String {
    switch fault {
    case .rescaledTwice:
      "Air is near -2000 HU, as if the intercept of -1024 had been added twice. Add 1024, or set the file's intercept to 0."
    case .notRescaled:
      "Air is near 0 HU, as if the intercept had been lost. Set the file's intercept (scl_inter) to -1024."
    case .windowed:
      "All values are from 0 to 255, like a screen image. Convert the original series again."
    case .inverted: "Air is near +1000 HU. Set the file's slope (scl_slope) to -1."
    case .other: "The values do not look like HU of a body: no tissue near 0. Is this a CT?"
    }
  }

  /// Formats a number with one decimal.
  private static func tenths(_ value: Double) -> String {
    let tenths = Int(nearest: value * 10, clampedTo: 0...1_000_000_000)
    return "\(tenths / 10).\(tenths % 10)"
  }

  /// Rounds a length to whole millimetres.
  private static func millimetres(_ length: Double) -> Int {
    Int(nearest: length, clampedTo: 0...1_000_000_000)
  }

  /// Formats a length in millimetres with at most three decimals.
  private static func decimals(_ length: Double) -> String {
    let thousandths = Int(nearest: length * 1000, clampedTo: -1_000_000_000...1_000_000_000)
    return "\(Double(thousandths) / 1000)"
  }

  /// The text of the warning, without the code.
  public var detail: String {
    switch self {
    case .orientationAssumed:
      "The file has neither sform nor qform; its axes were assumed to be left, posterior, superior."
    case .unitsConverted(let factor): "Lengths were converted to mm by the factor \(factor)."
    case .unitsAssumedMillimetres: "The file names no unit of length; mm were assumed."
    case .qformSformConflict: "qform and sform disagree; the sform was used."
    case .spacingConflict(let axis, let pixdim, let affine):
      "pixdim[\(axis)] is \(Self.decimals(pixdim)) mm, and the sform's voxels are \(Self.decimals(affine)) mm apart along this axis; the sform was used. Check which spacing is right, and correct the other one."
    case .fieldOfViewLong(let axis, let found):
      "Field of view \(Self.millimetres(found)) mm along \(axis): larger than a scanner's field of view or a chest. Check the spacing, or crop the volume to the chest."
    case .hounsfieldImplausible(let fault): Self.words(for: fault)
    case .lungMissing:
      "Less than 5 % of the body has the density of lung. Is this a chest? The model knows only chests."
    case .seriesChosen(let count, let comparison):
      SeriesComparison.words(for: comparison, of: count)
    case .outsideDomain(let about, let distance, let limit):
      "The volume is unlike \(about), the data for which this model was made (distance \(Self.tenths(distance)), limit \(Self.tenths(limit))). Therefore no finding is called positive or negative."
    case .domainUnknown:
      "The volume was not compared with the data for which this model was made. Therefore no finding is called positive or negative. Send the file again."
    case .slicesRepeated(let count):
      "\(count) slices equal the one before. Check how the stack was assembled."
    case .slicesMissing(let slice, let places):
      "Between slices \(slice + 1) and \(slice + 2) the body changes much more than around them\(places > 1 ? ", and also at \(places - 1) more places" : ""): slices may be missing. Compare the number of slices with the series, and export it again."
    case .fieldOfViewShort(let axis, let found, let expected):
      "Field of view \(Self.millimetres(found)) mm along \(axis); the model expects \(Self.millimetres(expected)) mm."
    }
  }
}
