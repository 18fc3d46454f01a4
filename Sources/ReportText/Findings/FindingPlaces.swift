/// The sides and lobes in which a report locates a finding.
struct FindingPlaces: Sendable, Equatable {
  enum Side: Sendable, Equatable {
    case right, left, both, unknown
  }

  /// A lobe or zone of a lung, and its side.
  struct Part: Sendable, Equatable {
    /// One of "upper", "middle", "lower", "lingula", "apical" and "basal".
    let name: String
    var side: Side
  }

  private(set) var parts: [Part] = []
  /// The side that is mentioned without a lobe or zone.
  private(set) var side = Side.unknown

  var isEmpty: Bool { parts.isEmpty && side == .unknown }

  /// Reads the locations from `tokens`, which are part of a clause.
  init(_ tokens: ArraySlice<ReportToken>) {
    for index in tokens.indices {
      if let name = Self.part(tokens, index) {
        add(Part(name: name, side: Self.side(ofPartAt: index, tokens, name)))
      }
      if let side = Self.sides[tokens[index].text], !Self.isOfOther(tokens, index) { add(side) }
    }
  }

  /// Adds the locations of another mention of the same finding.
  mutating func merge(_ other: FindingPlaces) {
    for part in other.parts { add(part) }
    add(other.side)
  }

  private mutating func add(_ part: Part) {
    guard let known = parts.firstIndex(where: { $0.name == part.name }) else {
      parts.append(part)
      return
    }
    parts[known].side = Self.joined(parts[known].side, part.side)
  }

  private mutating func add(_ other: Side) { side = Self.joined(side, other) }

  private static func joined(_ one: Side, _ other: Side) -> Side {
    if one == other || other == .unknown { return one }
    return one == .unknown ? other : .both
  }

  /// Returns true if the side at `index` does not refer to the lungs, as in "left ventricle", "left lobe of the liver"
  /// or "left-facing scoliosis".
  private static func isOfOther(_ tokens: ArraySlice<ReportToken>, _ index: Int) -> Bool {
    // In "on the right, not on the left", the left side is denied.
    if tokens[..<index].suffix(3).contains(where: { $0.text == "not" }) { return true }
    guard let next = tokens[(index + 1)...].first?.text else { return false }
    if organWords.contains(where: next.hasPrefix) { return true }
    if !next.hasPrefix("breast"), AnatomicSite.of(tokens, at: index + 1) == .otherOrgan {
      return true
    }
    return next == "lobe"
      && tokens[(index + 1)...].prefix(5).indices.contains {
        AnatomicSite.of(tokens, at: $0) == .otherOrgan
      }
  }

  private static let organWords = [
    "ventric", "atri", "anterior", "descending", "coronary", "circumflex", "main", "facing",
    "convex", "concav", "opening", "heart", "looking", "sided",
  ]

  private static func part(_ tokens: ArraySlice<ReportToken>, _ index: Int) -> String? {
    let text = tokens[index].text
    guard ["upper", "middle", "lower"].contains(text) else { return zones[text] }
    // "upper abdomen" and "middle mediastinum" do not refer to lobes.
    let rest = tokens[(index + 1)...].prefix(4)
    return rest.contains { lobeWords.contains($0.text) } ? text : nil
  }

  /// Returns the side of the lobe or zone at `index`, as in "right lower lobe", "lower lobe of the right lung" or
  /// "right upper and lower lobes".
  private static func side(
    ofPartAt index: Int, _ tokens: ArraySlice<ReportToken>, _ name: String
  ) -> Side {
    // Words such as "bibasilar" name both the side and the zone.
    if let own = sides[tokens[index].text] { return own }
    let after = tokens[(index + 1)...].prefix(5)
    if let of = after.prefix(3).firstIndex(where: { $0.text == "of" }),
      !after[..<of].contains(where: { sides[$0.text] != nil || zones[$0.text] != nil })
    {
      let owner = tokens[of...].dropFirst().prefix(2).compactMap { sides[$0.text] }.first
      if let owner { return owner }
    }
    switch name {
    case "lingula": return .left
    case "middle": return .right
    default:
      let before = tokens[..<index].suffix(5).reversed().compactMap { sides[$0.text] }.first
      // Each lung has only one upper lobe, so "the upper lobes" means both lungs.
      return before ?? (after.prefix(3).contains { $0.text == "lobes" } ? .both : .unknown)
    }
  }

  private static let sides: [String: Side] = [
    "right": .right, "left": .left, "both": .both, "bilateral": .both, "bilaterally": .both,
    "bibasilar": .both, "bibasal": .both, "biapical": .both,
  ]
  private static let zones: [String: String] = [
    "lingula": "lingula", "lingular": "lingula", "apex": "apical", "apices": "apical",
    "apical": "apical", "base": "basal", "bases": "basal", "basal": "basal", "basilar": "basal",
    "bibasilar": "basal", "bibasal": "basal", "biapical": "apical",
  ]
  private static let lobeWords: Set<String> = ["lobe", "lobes", "zone", "zones", "lung", "lungs"]
}
