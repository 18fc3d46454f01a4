/// What was measured of one of several series of an upload.
public struct SeriesNumbers: Sendable, Equatable {
  /// Places where images lie.
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

/// The series of an upload by their numbers: the one that was taken, and others that were not.
public struct SeriesComparison: Sendable, Equatable {
  /// The series that the volume was made of.
  public let taken: SeriesNumbers
  /// The longest of the others.
  public let skipped: [Skipped]

  /// A series that was not taken.
  public struct Skipped: Sendable, Equatable {
    /// What was measured of it.
    public let numbers: SeriesNumbers
    /// The first rule by which another series was better.
    public let reason: Reason

    /// Describes a series.
    public init(_ numbers: SeriesNumbers, _ reason: Reason) {
      (self.numbers, self.reason) = (numbers, reason)
    }
  }

  /// Why a series was not taken.
  public enum Reason: String, Sendable, CaseIterable {
    /// Too few images for a volume.
    case count
    /// Not in HU.
    case unit
    /// It covers less from head to feet.
    case coverage
    /// Several images at each place.
    case single
    /// Not axial.
    case axial
    /// Derived.
    case original
    /// Said to be another part of the body.
    case otherRegion = "other-region"
    /// Much longer than a chest.
    case excess
    /// Shorter.
    case length
    /// Its spacing is further from the model's.
    case spacing
    /// A sharper kernel.
    case kernel
    /// Fewer images.
    case positions
    /// Not said to be a chest.
    case chest
    /// A larger series number.
    case number
  }

  /// Series that are named; of more, the longest.
  public static let mostSkipped = 16

  /// Keeps the first ``mostSkipped`` of the others.
  public init(taken: SeriesNumbers, skipped: [Skipped]) {
    self.taken = taken
    self.skipped = Array(skipped.prefix(Self.mostSkipped))
  }
}
