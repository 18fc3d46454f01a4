/// The organs of the previous sentence, for sentences that continue it: "The thyroid is enlarged.
/// The largest of the nodules is 22 mm."
struct ReportTopic {
  private var sites: Set<AnatomicSite> = []

  /// Replaces the topic by the organs that a sentence names, if any.
  mutating func read(_ tokens: ArraySlice<ReportToken>) {
    let named = Set(tokens.indices.compactMap { AnatomicSite.of(tokens, at: $0) })
    guard !named.isEmpty else { return }
    sites = resolved(named)
  }

  /// The sites of `mention`, including the topic's if the words refer to it.
  func sites(of mention: FindingMention, in clause: ArraySlice<ReportToken>) -> Set<AnatomicSite> {
    guard mention.sites.isEmpty else { return resolved(mention.sites) }
    let before = clause[..<mention.range.upperBound].suffix(Self.farthest)
    guard before.contains(where: { Self.pointers.contains($0.text) }) else { return [] }
    if isElsewhere { return [.otherOrgan] }
    // "Minimal pericardial effusion. No change in the amount of the effusion."
    let isEffusion = mention.rules.contains { $0.term == "Pericardial effusion" }
    return isEffusion && sites.contains(.pericardium) && !sites.contains(.pleura)
      ? [.pericardium] : []
  }

  /// A segment or lobe belongs to the lung unless another organ is named or is the topic.
  private func resolved(_ named: Set<AnatomicSite>) -> Set<AnatomicSite> {
    guard named.contains(.lungPart) else { return named }
    let rest = named.subtracting([.lungPart])
    if rest.contains(.otherOrgan) || rest.contains(.lung) { return rest }
    return rest.union([isElsewhere ? .otherOrgan : .lung])
  }

  /// Whether the topic is an organ other than the lungs.
  private var isElsewhere: Bool {
    sites.contains(.otherOrgan) && !sites.contains(.lung) && !sites.contains(.pleura)
  }

  private static let farthest = 12
  private static let pointers: Set<String> = [
    "the", "these", "this", "those", "them", "it", "its", "described", "another", "other", "also",
    "addition", "same", "hypodense", "hypoechoic", "isodense", "hyperdense", "cystic",
  ]
}
