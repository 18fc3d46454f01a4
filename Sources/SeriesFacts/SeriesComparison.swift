/// Measurements of one series of an upload.
public struct SeriesMeasure: Sendable, Equatable {
  /// Number of image positions; each frame counts.
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

/// A series that was not chosen.
public struct SkippedSeries: Sendable, Equatable {
  /// Its measurements.
  public let measure: SeriesMeasure
  /// The first rule by which another series won.
  public let rule: SeriesRule

  /// Describes a series that was not taken.
  public init(measure: SeriesMeasure, rule: SeriesRule) {
    (self.measure, self.rule) = (measure, rule)
  }
}

/// The series of an upload: the one that was taken, and others that were not.
public struct SeriesComparison: Sendable, Equatable {
  /// The series that the volume was made of.
  public let taken: SeriesMeasure
  /// The longest of the others.
  public let skipped: [SkippedSeries]

  /// Series that are named; of more, the longest.
  public static let mostSkipped = 16

  /// Stores the first ``mostSkipped`` of the others.
  public init(taken: SeriesMeasure, skipped: [SkippedSeries]) {
    self.taken = taken
    self.skipped = Array(skipped.prefix(Self.mostSkipped))
  }
}
