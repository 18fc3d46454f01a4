/// The cosine, or the mean of cosines, that scores a volume against a text.
///
/// v is the embedding of the volume, t that of the text. v̂ and t̂ are their bridges: mixtures of
/// the knowledge bank's embeddings.
///
/// The raw value is the component's name in files and tables.
///
/// - Source: Lai et al., arXiv 2501.03565; see `ZeroShotScore` in Embeddings.
public enum ScoreComponent: String, Sendable, CaseIterable {
  /// The direct cosine, cos(v, t).
  case direct
  /// The bridged cosine, cos(v̂, t).
  case bridged
  /// The mean of ``direct`` and ``bridged``; the paper reports this score.
  case mean
  /// cos(v, t̂), only for an ablation.
  case directBridgedText = "direct_bridged_text"
  /// cos(v̂, t̂), only for an ablation.
  case bridgedBoth = "bridged_both"

  /// The component in the paper's symbols, for narrow columns.
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
