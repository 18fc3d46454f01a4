/// What can be said of a finding; the raw value is the stable code.
public enum FindingDecision: String, Sendable, CaseIterable {
  /// The score is greater than the threshold.
  case aboveThreshold = "above-threshold"
  /// It is not.
  case notAboveThreshold = "not-above-threshold"
  /// The wording has no threshold.
  case noThreshold = "no-threshold"
  /// The volume is unlike the data that the model was made for: thresholds do not hold for it.
  case outsideDomain = "outside-domain"
  /// Nobody measured that.
  case domainUnknown = "domain-unknown"

  /// What people read where yes or no would stand, if thresholds do not hold for the volume.
  public var reservation: String? {
    switch self {
    case .outsideDomain: "outside the model's domain"
    case .domainUnknown: "domain not measured"
    case .aboveThreshold, .notAboveThreshold, .noThreshold: nil
    }
  }
}
