/// The boundaries between the groups head, medium and tail.
///
/// A boundary is a prevalence: the fraction of positives among the studies with a known label.
public struct PrevalenceGroups: Sendable, Equatable {
  /// The smallest prevalence of the group `head`.
  public let head: Double
  /// The smallest prevalence of the group `medium`. Rarer labels are in the group `tail`.
  public let medium: Double

  /// One study in ten.
  public static let defaultHead = 0.10
  /// One study in a hundred. In a cohort of 400 studies a rarer label has fewer than four
  /// positives, which are too few for figures of that label alone.
  public static let defaultMedium = 0.01
  /// The default boundaries. They differ by a factor of ten.
  public static let standard = PrevalenceGroups(head: defaultHead, medium: defaultMedium)

  /// Returns the group of a label with this prevalence.
  public func group(prevalence: Double) -> PrevalenceGroup {
    prevalence >= head ? .head : prevalence >= medium ? .medium : .tail
  }
}

/// How common a label is in the cohort.
public enum PrevalenceGroup: String, Sendable, CaseIterable {
  /// Common.
  case head
  /// Neither common nor rare.
  case medium
  /// Rare.
  case tail
}
