/// Measurements of one DICOM series.
public struct SeriesMeasure: Sendable, Equatable {
  /// Number of different image positions. Each frame of a multi-frame file counts as an image.
  public let positions: Int
  /// Distance from the first to the last image, in millimetres.
  public let extent: Double
  /// The usual distance between neighbouring positions, in millimetres; 0 if it is unknown.
  public let spacing: Double

  /// Makes the measurements of a series.
  public init(positions: Int, extent: Double, spacing: Double) {
    (self.positions, self.extent, self.spacing) = (positions, extent, spacing)
  }
}

/// A series that was not chosen.
public struct SkippedSeries: Sendable, Equatable {
  /// The measurements of the series.
  public let measure: SeriesMeasure
  /// The first rule that preferred another series.
  public let rule: SeriesRule

  /// Makes the description of a series that was not chosen.
  public init(measure: SeriesMeasure, rule: SeriesRule) {
    (self.measure, self.rule) = (measure, rule)
  }
}

/// All series of an upload: the chosen one and those that were not chosen.
public struct SeriesComparison: Sendable, Equatable {
  /// The series from which the volume was made.
  public let taken: SeriesMeasure
  /// The series that were not chosen, with the longest first. At most ``mostSkipped`` are listed.
  public let skipped: [SkippedSeries]

  /// Maximum number of series in ``skipped``.
  public static let mostSkipped = 16

  /// Makes a comparison. If `skipped` contains more than ``mostSkipped`` series, the rest are dropped.
  public init(taken: SeriesMeasure, skipped: [SkippedSeries]) {
    self.taken = taken
    self.skipped = Array(skipped.prefix(Self.mostSkipped))
  }
}
