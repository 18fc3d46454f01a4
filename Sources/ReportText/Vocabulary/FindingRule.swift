/// The finding that some words name, with a condition on the sites that belong to the words.
struct FindingRule {
  /// A condition on the sites that belong to the words.
  enum Condition {
    case any
    /// At least one of these sites belongs to the words.
    case at(Set<AnatomicSite>)
    /// At least one of the first sites belongs to the words, or none of the second sites does.
    case atOrNot(Set<AnatomicSite>, not: Set<AnatomicSite>)
  }

  /// The name of the finding: a label of the prompt sets or another term.
  let term: String
  let isInPromptSets: Bool
  let condition: Condition
  /// True if a site that is named after these words cannot belong to a finding that is named before them.
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
