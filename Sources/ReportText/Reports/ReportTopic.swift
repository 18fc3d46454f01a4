/// The organs named by earlier sentences, for sentences that refer back to them.
///
/// In "The thyroid is enlarged. The largest of the nodules is 22 mm.", the nodules are in the thyroid.
struct ReportTopic {
  private var sites: Set<AnatomicSite> = []

  /// Replaces the topic with the organs that a sentence names. Does nothing if it names none.
  mutating func read(_ tokens: ArraySlice<ReportToken>) {
    let named = Set(tokens.indices.compactMap { AnatomicSite.of(tokens, at: $0) })
    guard !named.isEmpty else { return }
    sites = resolved(named)
  }

  /// Returns the sites of `mention`. If it has none but its words refer back to the topic, returns the topic's sites.
  func sites(of mention: FindingMention, in clause: ArraySlice<ReportToken>) -> Set<AnatomicSite> {
    guard mention.sites.isEmpty else { return resolved(mention.sites) }
    let before = clause[..<mention.range.upperBound].suffix(Self.farthest)
    guard before.contains(where: { Self.pointers.contains($0.text) }) else { return [] }
    if isElsewhere { return [.otherOrgan] }
    // In "Minimal pericardial effusion. No change in the amount of the effusion.", the second sentence also describes
    // the pericardial effusion.
    let isEffusion = mention.rules.contains { $0.term == "Pericardial effusion" }
    return isEffusion && sites.contains(.pericardium) && !sites.contains(.pleura)
      ? [.pericardium] : []
  }

  /// Replaces ``AnatomicSite/lungPart`` with an organ. A segment or lobe belongs to the lung, unless another organ is
  /// named or is the topic.
  private func resolved(_ named: Set<AnatomicSite>) -> Set<AnatomicSite> {
    guard named.contains(.lungPart) else { return named }
    let rest = named.subtracting([.lungPart])
    if rest.contains(.otherOrgan) || rest.contains(.lung) { return rest }
    return rest.union([isElsewhere ? .otherOrgan : .lung])
  }

  /// True if the topic is an organ other than the lungs and the pleura.
  private var isElsewhere: Bool {
    sites.contains(.otherOrgan) && !sites.contains(.lung) && !sites.contains(.pleura)
  }

  private static let farthest = 12
  private static let pointers: Set<String> = [
    "the", "these", "this", "those", "them", "it", "its", "described", "another", "other", "also",
    "addition", "same", "hypodense", "hypoechoic", "isodense", "hyperdense", "cystic",
  ]
}
