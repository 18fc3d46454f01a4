/// The boundaries between the prevalence groups head, medium and tail.
///
/// The prevalence of a label is the fraction of positives among the studies in which the label is known.
public struct PrevalenceGroups: Sendable, Equatable {
  /// The smallest prevalence of the group `head`.
  public let head: Double
  /// The smallest prevalence of the group `medium`. Rarer labels belong to the group `tail`.
  public let medium: Double

  /// One study in ten is positive.
  public static let defaultHead = 0.10
  /// One study in a hundred is positive. In a cohort of 400 studies, rarer labels have fewer than four positives, too
  /// few to evaluate one label alone.
  public static let defaultMedium = 0.01
  /// The default boundaries. They differ by a factor of ten.
  public static let standard = PrevalenceGroups(head: defaultHead, medium: defaultMedium)

  /// Returns the group that a label with this prevalence belongs to.
  public func group(prevalence: Double) -> PrevalenceGroup {
    prevalence >= head ? .head : prevalence >= medium ? .medium : .tail
  }
}

/// How common a label is in the cohort.
public enum PrevalenceGroup: String, Sendable, CaseIterable {
  /// Common labels.
  case head
  /// Labels that are neither common nor rare.
  case medium
  /// Rare labels.
  case tail
}
