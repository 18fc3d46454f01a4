public import SeriesFacts

/// An assumption or a fault of an accepted volume.
public enum VolumeWarning: Sendable, Equatable {
  /// The file has neither sform nor qform, so its axes were assumed to be L, P, S.
  case orientationAssumed
  /// Lengths were converted. One unit of the file is this many millimetres.
  case unitsConverted(millimetresPerUnit: Double)
  /// The file names no unit, so millimetres were assumed.
  case unitsAssumedMillimetres
  /// Both transforms are set and disagree. The sform was used.
  case qformSformConflict
  /// pixdim and the transform in use give different spacings along this axis of the file, 1 to 3, in millimetres.
  case spacingConflict(fileAxis: Int, pixdim: Double, affine: Double)
  /// The volume covers less than the model expects, in millimetres.
  case fieldOfViewShort(axis: AnatomicalAxis, fieldOfView: Double, expected: Double)
  /// The volume is longer than a scanner's bore or a chest, in millimetres. Its spacing is wrong,
  /// or it shows more than a chest.
  case fieldOfViewLong(axis: AnatomicalAxis, fieldOfView: Double)
  /// The values are not those of a chest in HU.
  case hounsfieldImplausible(HounsfieldFault)
  /// Almost no voxel of the body has the density of lung.
  case lungMissing
  /// This many slices equal the slice before them.
  case slicesRepeated(count: Int)
  /// Axial slices seem to be missing. `after` is the file's index, from 0, of the slice before a gap. `places` is the
  /// number of gaps.
  case slicesMissing(after: Int, places: Int)
  /// The volume is unlike the data that the model was made for, so thresholds do not apply. `about`
  /// describes that data, in words that fit after "The volume is unlike".
  case outsideDomain(about: String, distance: Double, limit: Double)
  /// It was not measured whether the volume is like the data that the model was made for, so thresholds do not apply.
  case domainUnknown
  /// The DICOM files contain this many CT series, of which one was chosen. The comparison is nil in
  /// descriptions that earlier versions stored.
  case seriesChosen(of: Int, SeriesComparison? = nil)

  /// The stable code.
  public var code: String { kind.rawValue }
}

/// The model's axes: x runs to the patient's left, y to posterior, z to superior.
public enum AnatomicalAxis: Int, Sendable, CaseIterable {
  /// The axes that run to the left, to posterior and to superior.
  case x, y, z
}
