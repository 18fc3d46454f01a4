/// The decision about a finding. Raw values are stable codes.
public enum FindingDecision: String, Sendable, CaseIterable {
  /// The score is greater than the threshold.
  case aboveThreshold = "above-threshold"
  /// The score is not greater than the threshold.
  case notAboveThreshold = "not-above-threshold"
  /// The calibration has no threshold for this sentence.
  case noThreshold = "no-threshold"
  /// The volume lies outside the model's domain, so thresholds do not apply.
  case outsideDomain = "outside-domain"
  /// The volume's distance from the model's domain was not measured.
  case domainUnknown = "domain-unknown"

  /// The text to show instead of "yes" or "no" if thresholds do not apply to the volume; otherwise nil.
  public var reservation: String? {
    switch self {
    case .outsideDomain: "outside the model's domain"
    case .domainUnknown: "domain not measured"
    case .aboveThreshold, .notAboveThreshold, .noThreshold: nil
    }
  }
}
