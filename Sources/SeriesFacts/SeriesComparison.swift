/// Measurements of one series of an upload.
public struct SeriesMeasure: Sendable, Equatable {
  /// Number of different image positions. Each frame of a file is an image.
  public let positions: Int
  /// Millimetres from the first to the last image.
  public let extent: Double
  /// The usual distance between neighbouring positions in millimetres; 0 if unknown.
  public let spacing: Double

  /// Describes a series.
  public init(positions: Int, extent: Double, spacing: Double) {
    (self.positions, self.extent, self.spacing) = (positions, extent, spacing)
  }
}

/// A series that was not chosen.
public struct SkippedSeries: Sendable, Equatable {
  /// The series' measurements.
  public let measure: SeriesMeasure
  /// The first rule by which another series was better.
  public let rule: SeriesRule

  /// Describes a series that was not chosen.
  public init(measure: SeriesMeasure, rule: SeriesRule) {
    (self.measure, self.rule) = (measure, rule)
  }
}

/// The series of an upload: the chosen one and the others.
public struct SeriesComparison: Sendable, Equatable {
  /// The series that the volume was made of.
  public let taken: SeriesMeasure
  /// The other series, the longest first; at most ``mostSkipped``.
  public let skipped: [SkippedSeries]

  /// Maximum number of series that are listed as skipped.
  public static let mostSkipped = 16

  /// Makes a comparison. Of the skipped series, the first ``mostSkipped`` are stored.
  public init(taken: SeriesMeasure, skipped: [SkippedSeries]) {
    self.taken = taken
    self.skipped = Array(skipped.prefix(Self.mostSkipped))
  }
}
