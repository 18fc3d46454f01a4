public import SeriesFacts

/// A fault of an accepted volume, or an assumption about it.
public enum VolumeWarning: Sendable, Equatable {
  /// The file has neither sform nor qform. The axes were assumed to have the directions L, P, S.
  case orientationAssumed
  /// Lengths were converted to millimetres. One unit of the file is `millimetresPerUnit` millimetres.
  case unitsConverted(millimetresPerUnit: Double)
  /// The file names no unit of length. Millimetres were assumed.
  case unitsAssumedMillimetres
  /// The sform and qform are both set but contradict each other. The sform was used.
  case qformSformConflict
  /// The spacing in pixdim differs from the spacing in the affine, in millimetres. `fileAxis` is the file's axis, 1
  /// to 3.
  case spacingConflict(fileAxis: Int, pixdim: Double, affine: Double)
  /// The volume covers less than the model expects. Lengths are in millimetres.
  case fieldOfViewShort(axis: AnatomicalAxis, fieldOfView: Double, expected: Double)
  /// The volume is longer than a scanner's bore or a chest. The length is in millimetres. Either the spacing is
  /// wrong, or the volume shows more than a chest.
  case fieldOfViewLong(axis: AnatomicalAxis, fieldOfView: Double)
  /// The values do not look like the HU of a chest.
  case hounsfieldImplausible(HounsfieldFault)
  /// Almost no voxels of the body have the density of lung.
  case lungMissing
  /// `count` slices are equal to the previous slice.
  case slicesRepeated(count: Int)
  /// Axial slices seem to be missing. `after` is the file index, from 0, of the slice before the first gap. `places`
  /// is the number of gaps.
  case slicesMissing(after: Int, places: Int)
  /// The volume differs from the data that the model was made for, so thresholds do not apply. `about` describes
  /// these data with words that can follow "The volume is unlike".
  case outsideDomain(about: String, distance: Double, limit: Double)
  /// It is unknown whether the volume resembles the data that the model was made for, so thresholds do not apply.
  case domainUnknown
  /// The DICOM files contain several CT series, of which one was chosen. `of` is the number of series. The comparison
  /// is nil in descriptions that earlier versions stored.
  case seriesChosen(of: Int, SeriesComparison? = nil)

  /// The stable code of the warning.
  public var code: String { kind.rawValue }
}

/// The axes of the model: x points to the patient's left, y to the back, and z to the head.
public enum AnatomicalAxis: Int, Sendable, CaseIterable {
  /// The axes to the left, to the back and to the head.
  case x, y, z
}
