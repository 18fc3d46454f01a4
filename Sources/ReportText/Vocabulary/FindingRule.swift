/// A finding that certain words name, with a condition on the anatomical sites that belong to these words.
struct FindingRule {
  /// A condition on the sites that belong to the words.
  enum Condition {
    case any
    /// At least one of these sites must be named.
    case at(Set<AnatomicSite>)
    /// At least one of the first sites must be named, or none of the second sites may be named.
    case atOrNot(Set<AnatomicSite>, not: Set<AnatomicSite>)
  }

  /// The name of the finding: a label of the prompt sets or another term.
  let term: String
  let isInPromptSets: Bool
  let condition: Condition
  /// True if a site named after these words cannot belong to a finding named before them.
  ///
  /// False for words that combine with other finding words, as in "calcific atheroma plaques in the aorta".
  var separates = true

  func holds(for sites: Set<AnatomicSite>) -> Bool {
    switch condition {
    case .any: true
    case .at(let wanted): !wanted.isDisjoint(with: sites)
    case .atOrNot(let wanted, let others):
      !wanted.isDisjoint(with: sites) || others.isDisjoint(with: sites)
    }
  }
}
