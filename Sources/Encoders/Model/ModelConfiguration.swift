/// The content of `config.json`. It describes everything about a model except its weights and vocabulary.
///
/// - Source: ModelFormat.md.
public struct ModelConfiguration: Sendable, Equatable {
  /// The model's display name.
  public let name: String
  /// The version of these weights.
  public let version: String
  /// True if the weights are random. Scores then have no meaning, and every response says so.
  public let hasRandomWeights: Bool
  /// A note that every response repeats. The program that made the model writes it. Empty if it has none.
  public let note: String
  /// The origin and the terms of the weights.
  public let provenance: Provenance
  /// A label for the kind of model, such as `hlip`. No computation depends on it.
  public let family: String
  /// C, the number of components of an embedding.
  public let embedding: Int
  /// K, the number of rows of the knowledge bank; nil if the model has none.
  public let bank: Int?
  /// The parts of the 3D vision transformer.
  public let vision: Vision
  /// The parts of the BERT text encoder.
  public let text: Text
  /// The rule that converts embeddings to a score.
  public let score: ScoreRule
  /// The preprocessing that converts a volume to the vision encoder's input.
  public let recipe: Recipe
  /// The sentence templates and prompt sets of the model.
  public let prompts: Prompts
  /// The special tokens of the vocabulary.
  public let specialTokens: SpecialTokens
  /// The kind of data that the model was made for; nil if the model does not specify it.
  public let domain: Domain?

  /// The model's caveat for every response; nil if it has none.
  public var caveat: String? {
    let random = "This model has random weights: its scores mean nothing."
    let sentences = (hasRandomWeights ? [random] : []) + (note.isEmpty ? [] : [note])
    return sentences.isEmpty ? nil : sentences.joined(separator: " ")
  }

  /// The kind of data that a model was made for. The model's thresholds apply only to such data.
  public struct Domain: Sendable, Equatable {
    /// A short name, such as `phantoms`.
    public let name: String
    /// A description of the data. It is worded so that it can end a sentence.
    public let about: String
    /// The indices of the blocks whose input tokens are pooled into a volume's profile. They count from 0 and are
    /// ascending.
    public let layers: [Int]
    /// The number of principal axes: the directions in which the profiles vary most.
    public let axes: Int
  }

  /// The parameters of the preprocessing recipe, before validation.
  public struct Recipe: Sendable, Equatable {
    /// The version of the recipe. It increases when the meaning of a parameter changes.
    public let version: Int
    /// The orientation of the input's axes, `LPS`.
    public let orientation: String
    /// The resampling method, such as `itk`.
    public let resampling: String
    /// The size of a voxel along x, y and z, in millimetres.
    public let spacing: [Double]
    /// The size of the input along x, y and z, in voxels.
    public let shape: [Int]
    /// The value in HU that resampling uses for positions outside the scan.
    public let outside: Double
    /// The value in HU that pads the volume to ``shape``.
    public let padding: Double
    /// The half of an odd excess that is cropped at the lower side: `ceil` for the larger half, or `floor`.
    public let cropBefore: String
    /// The lower and upper limit in HU to which values are clipped.
    public let clip: [Double]
    /// First step of scaling: this number is subtracted from the value in HU.
    public let offset: Double
    /// Second step of scaling: the difference is divided by this number.
    public let divisor: Double
    /// Third step of scaling: this number is subtracted from the quotient.
    public let mean: Double
    /// Last step of scaling: the difference is divided by this number.
    public let standardDeviation: Double
    /// True if values in HU are truncated to whole numbers after resampling.
    public let truncatesToWholeHU: Bool
  }

  /// The special tokens of the vocabulary.
  public struct SpecialTokens: Sendable, Equatable {
    /// The padding token. This implementation does not pad, but the vocabulary must contain the token.
    public let padding: String
    /// Replaces a word that cannot be built from pieces of the vocabulary.
    public let unknown: String
    /// The first token of every text.
    public let start: String
    /// The last token of every text.
    public let end: String
  }
}
