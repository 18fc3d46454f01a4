/// Which cosine, or which mean of cosines, scores a volume against a text.
///
/// The raw value is the component's name in files and tables.
///
/// - Source: Lai et al., arXiv 2501.03565; see `ZeroShotScore` in Embeddings.
public enum ScoreComponent: String, Sendable, CaseIterable {
  /// cos(v, t).
  case direct
  /// cos(v̂, t).
  case bridged
  /// The mean of ``direct`` and ``bridged``; the paper reports this score.
  case mean
  /// cos(v, t̂), an ablation.
  case directBridgedText = "direct_bridged_text"
  /// cos(v̂, t̂), an ablation.
  case bridgedBoth = "bridged_both"

  /// The paper's letters, for narrow columns.
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
