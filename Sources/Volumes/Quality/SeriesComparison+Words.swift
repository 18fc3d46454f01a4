internal import CheckedNumbers
internal import SeriesFacts

extension SeriesComparison {
  /// Describes the chosen series, and gives the reason why each of the other series was not chosen.
  static func words(for comparison: SeriesComparison?, of count: Int) -> String {
    let start = "The files contain \(count) CT series of one study."
    let end = "To use another series, send it alone."
    guard let comparison else { return "\(start) One of them was used. \(end)" }
    let others = comparison.skipped.map { "\(words(for: $0.measure)) (\(words(for: $0.rule)))" }
    let unnamed = count - 1 - others.count
    let skipped = others + (unnamed > 0 ? ["\(unnamed) more"] : [])
    return "\(start) Used: \(words(for: comparison.taken))."
      + (skipped.isEmpty ? "" : " Skipped: \(skipped.joined(separator: "; ")).") + " \(end)"
  }

  private static func words(for series: SeriesMeasure) -> String {
    let images = "\(series.positions) \(series.positions == 1 ? "position" : "positions")"
    guard series.extent > 0 else { return images }
    return "\(images) over \(whole(series.extent)) mm, \(hundredths(series.spacing)) mm apart"
  }

  private static func words(for rule: SeriesRule) -> String {
    switch rule {
    case .count: "too few images"
    case .unit: "not in HU"
    case .coverage: "covers less of the body"
    case .single: "several images at each position"
    case .axial: "not axial"
    case .original: "derived"
    case .otherRegion: "another part of the body"
    case .excess: "much longer than a chest"
    case .length: "shorter"
    case .spacing: "spacing further from 3 mm"
    case .kernel: "sharper kernel"
    case .positions: "fewer images"
    case .chest: "not labelled as a chest"
    case .number: "higher series number"
    }
  }

  private static func whole(_ length: Double) -> Int {
    Int(nearest: length, clampedTo: 0...10_000_000)
  }

  /// Formats a length with at most two decimals.
  private static func hundredths(_ length: Double) -> String {
    "\(Double(Int(nearest: length * 100, clampedTo: 0...1_000_000_000)) / 100)"
  }
}
