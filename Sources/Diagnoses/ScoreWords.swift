/// Explains the kinds of score to readers of results.
public enum ScoreWords {
  /// Returns what a score of this kind is; nil for a kind that this version does not know.
  public static func explanation(of kind: String) -> String? {
    switch kind {
    case "cosine_mean": "mean of the direct and the bridged cosine, from -1 to 1"
    case "pair_softmax":
      "share of the text that states the finding against the text that denies it, from 0 to 1"
    default: nil
    }
  }
}
