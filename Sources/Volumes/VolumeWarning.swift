/// An assumption that was made about a volume that was accepted.
public enum VolumeWarning: Sendable, Equatable {
  /// The file has neither sform nor qform: its axes were taken as L, P, S.
  case orientationAssumed
  /// Lengths were converted: one unit of the file is this many millimetres.
  case unitsConverted(millimetresPerUnit: Double)
  /// The file names no unit: millimetres were assumed.
  case unitsAssumedMillimetres
  /// Both transforms are set and disagree: the sform was used.
  case qformSformConflict
  /// The volume covers less than the model expects, in millimetres.
  case fieldOfViewShort(axis: AnatomicalAxis, fieldOfView: Double, expected: Double)
  /// The volume is larger than a scanner or a chest, in millimetres: its spacing is wrong, or it shows more.
  case fieldOfViewLong(axis: AnatomicalAxis, fieldOfView: Double)
  /// The values are no HU of a chest.
  case hounsfieldImplausible(HounsfieldFault)
  /// Hardly a voxel has the density of lung.
  case lungMissing
  /// So many slices equal the one before.
  case slicesRepeated(count: Int)
  /// Axial slices seem to be missing behind this one, counted from 0, and at so many places in all.
  case slicesMissing(after: Int, places: Int)
  /// The DICOM files held so many CT series, of which one was taken; descriptions of earlier versions do not compare them.
  case seriesChosen(of: Int, SeriesComparison? = nil)

  /// The stable code.
  public var code: String { kind.rawValue }
}

/// The axes that the model sees: x grows to the patient's left, y to posterior, z to superior.
public enum AnatomicalAxis: Int, Sendable, CaseIterable {
  /// Left, posterior, superior.
  case x, y, z
}
