/// Measurements of one of several series in an upload.
public struct SeriesNumbers: Sendable, Equatable {
  /// Number of image positions.
  public let positions: Int
  /// Millimetres from the first to the last image.
  public let extent: Double
  /// Millimetres between most neighbours; 0 if unknown.
  public let spacing: Double

  /// Describes a series.
  public init(positions: Int, extent: Double, spacing: Double) {
    (self.positions, self.extent, self.spacing) = (positions, extent, spacing)
  }
}

/// The measured series of an upload: the chosen one and the others.
public struct SeriesComparison: Sendable, Equatable {
  /// The chosen series.
  public let taken: SeriesNumbers
  /// The longest of the others.
  public let skipped: [Skipped]

  /// A series that was not chosen.
  public struct Skipped: Sendable, Equatable {
    /// Its measurements.
    public let numbers: SeriesNumbers
    /// The first rule by which another series won.
    public let reason: Reason

    /// Describes a series.
    public init(_ numbers: SeriesNumbers, _ reason: Reason) {
      (self.numbers, self.reason) = (numbers, reason)
    }
  }

  /// Why a series was not chosen.
  public enum Reason: String, Sendable, CaseIterable {
    /// Too few images for a volume.
    case count
    /// Not in HU.
    case unit
    /// It covers less of the chest from head to feet.
    case coverage
    /// Several images at each place.
    case single
    /// Not axial.
    case axial
    /// Derived.
    case original
    /// Labelled as another part of the body.
    case otherRegion = "other-region"
    /// Much longer than a chest.
    case excess
    /// Shorter than the longest.
    case length
    /// Its spacing is further from the model's.
    case spacing
    /// A sharper kernel.
    case kernel
    /// Fewer images.
    case positions
    /// Not labelled as a chest.
    case chest
    /// A larger series number.
    case number
  }

  /// Most series that are listed; the longest if there are more.
  public static let mostSkipped = 16

  /// Stores the first ``mostSkipped`` of the others.
  public init(taken: SeriesNumbers, skipped: [Skipped]) {
    self.taken = taken
    self.skipped = Array(skipped.prefix(Self.mostSkipped))
  }
}
