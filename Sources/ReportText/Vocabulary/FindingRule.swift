/// Words that name a finding, with a condition on their site.
struct FindingRule {
  /// A condition on the words' site.
  enum Condition {
    case any
    /// One of these sites belongs to the words.
    case at(Set<AnatomicSite>)
    /// One of the first sites belongs to the words, or none of the second.
    case atOrNot(Set<AnatomicSite>, not: Set<AnatomicSite>)
  }

  /// A label of the prompt sets, or the term of another finding.
  let term: String
  let isInPromptSets: Bool
  let condition: Condition
  /// Whether the next finding's site cannot belong to the words before this one. False for words
  /// that combine with others: "calcific atheroma plaques in the aorta".
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
