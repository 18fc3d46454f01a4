/// The rules that choose one series of a study, in order of priority.
public enum SeriesRule: String, Sendable, CaseIterable {
  /// It has enough images to be a volume.
  case count
  /// Its values are HU.
  case unit
  /// It covers a chest from head to feet, or as much as any series does.
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
  /// It has at least 90 % of the most images.
  case positions
  /// It is labelled as a chest.
  case chest
  /// Its number is smaller.
  case number
}
