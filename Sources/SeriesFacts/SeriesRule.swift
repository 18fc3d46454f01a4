/// The rules that choose one series of a study, in order of priority. Each rule prefers a series
/// with the stated property.
public enum SeriesRule: String, Sendable, CaseIterable {
  /// The series has enough images to be a volume.
  case count
  /// Its values are in HU.
  case unit
  /// It covers a chest from head to feet, or at least 60 % of the longest coverage.
  case coverage
  /// It has one image at each position, not several phases.
  case single
  /// Its images are axial.
  case axial
  /// It is original, not derived.
  case original
  /// It is not labelled as another part of the body.
  case otherRegion = "other-region"
  /// It does not show much more than a chest.
  case excess
  /// It is at least 90 % as long as the longest.
  case length
  /// Its spacing is nearest to the model's, in steps of half a millimetre.
  case spacing
  /// Its kernel does not sharpen.
  case kernel
  /// It has at least 90 % as many positions as the series with the most.
  case positions
  /// It is labelled as a chest.
  case chest
  /// Its series number is the smallest.
  case number
}
