extension FindingPlaces {
  /// Returns a phrase for the location, such as "in the right upper lobe" or "on both sides"; empty if the location is
  /// unknown.
  func text(for term: String) -> String {
    guard !isEmpty, !Self.withoutPlace.contains(term) else { return "" }
    guard Self.inLungs.contains(term) else { return besideLungs }
    let lobes = lobeTexts
    if !lobes.isEmpty { return lobes.joined(separator: " and ") }
    if let zone = parts.first { return Self.text(ofZone: zone) }
    return side == .both ? "in both lungs" : "in the \(Self.word(side)) lung"
  }

  private var besideLungs: String {
    let known = parts.map(\.side).filter { $0 != .unknown }
    switch side == .unknown ? known.first ?? .unknown : side {
    case .unknown: return ""
    case .both: return "on both sides"
    case .right: return "on the right side"
    case .left: return "on the left side"
    }
  }

  private var lobeTexts: [String] {
    var texts: [String] = []
    for side in [Side.right, .left, .both, .unknown] {
      let names = parts.filter { Self.lobes.contains($0.name) && $0.side == side }.map(\.name)
      guard !names.isEmpty else { continue }
      let list = names.joined(separator: " and ")
      let noun = names.count > 1 || side == .both ? "lobes" : "lobe"
      switch side {
      case .both: texts.append("in the \(list) lobes of both lungs")
      case .unknown: texts.append("in the \(list) \(noun)")
      default: texts.append("in the \(Self.word(side)) \(list) \(noun)")
      }
    }
    if parts.contains(where: { $0.name == "lingula" }) { texts.append("in the lingula") }
    return texts
  }

  private static func text(ofZone zone: Part) -> String {
    let isApex = zone.name == "apical"
    if zone.side == .both { return "in both lung \(isApex ? "apices" : "bases")" }
    let words = ["in the", word(zone.side), "lung", isApex ? "apex" : "base"]
    return words.filter { !$0.isEmpty }.joined(separator: " ")
  }

  private static func word(_ side: Side) -> String {
    switch side {
    case .right: "right"
    case .left: "left"
    case .both: "both"
    case .unknown: ""
    }
  }

  private static let lobes: Set<String> = ["upper", "middle", "lower"]
  private static let inLungs: Set<String> = [
    "Emphysema", "Atelectasis", "Lung nodule", "Lung opacity", "Pulmonary fibrotic sequela",
    "Mosaic attenuation pattern", "Peribronchial thickening", "Consolidation", "Bronchiectasis",
    "Interlobular septal thickening", "Pneumonia", "Tuberculosis", "Pulmonary fibrosis",
    "Lung cyst",
    "Bronchial thickening", "Lung mass", "bulla", "cavity", "air trapping", "bronchiolitis",
    "granuloma", "reticulation", "lung contusion", "mucus plugging",
  ]
  /// Findings in the midline, or in organs without sides and lobes. Their location is omitted.
  private static let withoutPlace: Set<String> = [
    "Cardiomegaly", "Pericardial effusion", "Hiatal hernia", "Pericardial calcification",
    "Coronary artery wall calcification", "Arterial wall calcification", "Atherosclerosis",
    "Osteophyte",
    "Spondylosis", "Pneumomediastinum", "hepatic steatosis", "scoliosis", "kyphosis", "gallstones",
    "splenomegaly", "hepatomegaly", "goitre", "aortic aneurysm", "dilated aorta",
    "dilated pulmonary artery", "degenerative changes of the spine",
    "vertebral compression fracture", "pulmonary edema",
  ]
}
