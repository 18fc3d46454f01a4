/// The rules that choose one series of an upload, in order of priority. Each rule prefers series with the property
/// that its comment states.
public enum SeriesRule: String, Sendable, CaseIterable {
  /// The series has enough images to be a volume.
  case count
  /// Its values are Hounsfield units.
  case unit
  /// It covers enough of the body to contain a chest, or at least 60 % of the longest coverage.
  case coverage
  /// It has only one image at each position, and not several phases.
  case single
  /// Its images are axial.
  case axial
  /// It is an original series, not a derived one.
  case original
  /// It is not labelled as another region of the body.
  case otherRegion = "other-region"
  /// It does not show much more than a chest.
  case excess
  /// It is at least 90 % as long as the longest series.
  case length
  /// Its spacing is closest to the model's, in steps of half a millimetre.
  case spacing
  /// Its reconstruction kernel does not sharpen.
  case kernel
  /// It has at least 90 % as many positions as the series with the most positions.
  case positions
  /// It is labelled as a chest.
  case chest
  /// It has the smallest series number.
  case number
}
