/// Boundaries of head, medium and tail: shares of positives among studies with a known label.
public struct PrevalenceGroups: Sendable, Equatable {
  /// Least prevalence of the head.
  public let head: Double
  /// Least prevalence of the medium group; anything rarer is the tail.
  public let medium: Double

  /// One study in ten.
  public static let defaultHead = 0.10
  /// One study in a hundred. A cohort of 400 has at most four positives below it, too few for one
  /// label's figures.
  public static let defaultMedium = 0.01
  /// The head and the tail are a factor of ten apart.
  public static let standard = PrevalenceGroups(
    unchecked: defaultHead, medium: defaultMedium)

  /// Checks and stores the boundaries.
  ///
  /// - Throws: ``EvaluationError/optionOutOfRange(_:found:allowed:)`` outside of 0…1,
  ///   ``EvaluationError/cutOffsCrossed(tail:head:)``.
  public init(head: Double, medium: Double) throws(EvaluationError) {
    let allowed = 0.0...1.0
    guard allowed.contains(head) else {
      throw .optionOutOfRange(.headPrevalence, found: head, allowed: allowed)
    }
    guard allowed.contains(medium) else {
      throw .optionOutOfRange(.mediumPrevalence, found: medium, allowed: allowed)
    }
    guard medium <= head else { throw .cutOffsCrossed(tail: medium, head: head) }
    self.init(unchecked: head, medium: medium)
  }

  private init(unchecked head: Double, medium: Double) {
    self.head = head
    self.medium = medium
  }

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
