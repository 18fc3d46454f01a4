/// Boundaries of head, medium and tail: shares of positives among studies with a known label.
public struct PrevalenceGroups: Sendable, Equatable {
  /// Smallest prevalence of the head.
  public let head: Double
  /// Smallest prevalence of the medium group; rarer labels are the tail.
  public let medium: Double

  /// One study in ten.
  public static let defaultHead = 0.10
  /// One study in a hundred. A cohort of 400 has at most four positives below it, too few for one
  /// label's figures.
  public static let defaultMedium = 0.01
  /// The head and the tail are a factor of ten apart.
  public static let standard = PrevalenceGroups(head: defaultHead, medium: defaultMedium)

  /// The group of a label.
  public func group(prevalence: Double) -> PrevalenceGroup {
    prevalence >= head ? .head : prevalence >= medium ? .medium : .tail
  }
}

/// How common a label is in the cohort.
public enum PrevalenceGroup: String, Sendable, CaseIterable {
  /// Common.
  case head
  /// In between.
  case medium
  /// Rare.
  case tail
}
