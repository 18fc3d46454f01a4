public import SeriesFacts

/// An assumption or a fault of an accepted volume.
public enum VolumeWarning: Sendable, Equatable {
  /// The file has neither sform nor qform: its axes were assumed to be L, P, S.
  case orientationAssumed
  /// Lengths were converted: one unit of the file is this many millimetres.
  case unitsConverted(millimetresPerUnit: Double)
  /// The file names no unit: millimetres were assumed.
  case unitsAssumedMillimetres
  /// Both transforms are set and disagree: the sform was used.
  case qformSformConflict
  /// pixdim and the transform in use give different spacings along this axis of the file, 1 to 3,
  /// in millimetres.
  case spacingConflict(fileAxis: Int, pixdim: Double, affine: Double)
  /// The volume covers less than the model expects, in millimetres.
  case fieldOfViewShort(axis: AnatomicalAxis, fieldOfView: Double, expected: Double)
  /// The volume is larger than a scanner or a chest, in millimetres: its spacing is wrong, or it
  /// shows more.
  case fieldOfViewLong(axis: AnatomicalAxis, fieldOfView: Double)
  /// The values are not those of a chest in HU.
  case hounsfieldImplausible(HounsfieldFault)
  /// Almost no voxel of the body has the density of lung.
  case lungMissing
  /// This many slices equal the one before.
  case slicesRepeated(count: Int)
  /// Axial slices seem to be missing after this one, counted from 0; `places` counts all gaps.
  case slicesMissing(after: Int, places: Int)
  /// The volume is unlike the data that the model was made for (`about` ends a sentence).
  /// Thresholds do not apply.
  case outsideDomain(about: String, distance: Double, limit: Double)
  /// It was not measured whether the volume is like the data that the model was made for.
  case domainUnknown
  /// The DICOM files contain this many CT series, of which one was chosen. Descriptions of earlier
  /// versions lack the comparison.
  case seriesChosen(of: Int, SeriesComparison? = nil)

  /// The stable code.
  public var code: String { kind.rawValue }
}

/// The model's axes: x runs to the patient's left, y to posterior, z to superior.
public enum AnatomicalAxis: Int, Sendable, CaseIterable {
  /// Left, posterior, superior.
  case x, y, z
}
