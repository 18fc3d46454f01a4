/// What the last sentence spoke of, for sentences that go on with it: "The thyroid is enlarged. The largest of the
/// nodules is 22 mm."
struct ReportTopic {
  private var sites: Set<AnatomicSite> = []

  /// Takes over the organs that a sentence names, if it names any.
  mutating func read(_ tokens: ArraySlice<ReportToken>) {
    let named = Set(tokens.indices.compactMap { AnatomicSite.of(tokens, at: $0) })
    guard !named.isEmpty else { return }
    sites = resolved(named)
  }

  /// The sites of `mention`, those of the topic included if the words point back to it.
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

  /// A segment or lobe is the lung's unless another organ is named or spoken of.
  private func resolved(_ named: Set<AnatomicSite>) -> Set<AnatomicSite> {
    guard named.contains(.lungPart) else { return named }
    let rest = named.subtracting([.lungPart])
    if rest.contains(.otherOrgan) || rest.contains(.lung) { return rest }
    return rest.union([isElsewhere ? .otherOrgan : .lung])
  }

  /// Whether another organ than the lungs was spoken of.
  private var isElsewhere: Bool {
    sites.contains(.otherOrgan) && !sites.contains(.lung) && !sites.contains(.pleura)
  }

  private static let farthest = 12
  private static let pointers: Set<String> = [
    "the", "these", "this", "those", "them", "it", "its", "described", "another", "other", "also",
    "addition", "same", "hypodense", "hypoechoic", "isodense", "hyperdense", "cystic",
  ]
}
