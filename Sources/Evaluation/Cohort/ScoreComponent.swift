/// The cosine, or mean of cosines, that serves as the score of a volume and a text.
///
/// v is the embedding of the volume and t the embedding of the text. v̂ and t̂ are their bridges: weighted mixtures of
/// the knowledge bank's rows.
///
/// The raw value is the component's name in files and tables.
///
/// - Source: Lai et al., arXiv 2501.03565; see `ZeroShotScore` in Embeddings.
public enum ScoreComponent: String, Sendable, CaseIterable {
  /// The direct cosine, cos(v, t).
  case direct
  /// The bridged cosine, cos(v̂, t).
  case bridged
  /// The mean of ``direct`` and ``bridged``. The paper reports this score.
  case mean
  /// cos(v, t̂), used only in the ablation.
  case directBridgedText = "direct_bridged_text"
  /// cos(v̂, t̂), used only in the ablation.
  case bridgedBoth = "bridged_both"

  /// The component in the paper's notation, for narrow table columns.
  var formula: String {
    switch self {
    case .direct: "v·t"
    case .bridged: "v̂·t"
    case .mean: "mean"
    case .directBridgedText: "v·t̂"
    case .bridgedBoth: "v̂·t̂"
    }
  }
}
