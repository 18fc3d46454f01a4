/// The content of `config.json`. It describes a model completely, except for its weights and vocabulary.
public struct ModelConfiguration: Sendable, Equatable {
  /// The model's name, for people.
  public let name: String
  /// The version of these weights.
  public let version: String
  /// True if the weights are random. Scores then have no meaning, and every response must say so.
  public let hasRandomWeights: Bool
  /// A sentence from the program that made the model, for every response; empty if there is none.
  public let note: String
  /// C, the number of components of an embedding.
  public let embedding: Int
  /// K, the number of rows of the knowledge bank.
  public let bank: Int
  /// The dimensions of the 3D vision transformer.
  public let vision: Vision
  /// The dimensions of the BERT.
  public let text: Text
  /// The preprocessing that makes the vision encoder's input.
  public let recipe: Recipe
  /// The sentence for a term. It contains `{term}` once.
  public let promptTemplate: String
  /// The special words of the vocabulary.
  public let specialTokens: SpecialTokens
  /// The data that the model was made for; nil if unknown.
  public let domain: Domain?

  /// The model's notice for every response; nil if it has none.
  public var caveat: String? {
    let random = "This model has random weights: its scores mean nothing."
    let sentences = (hasRandomWeights ? [random] : []) + (note.isEmpty ? [] : [note])
    return sentences.isEmpty ? nil : sentences.joined(separator: " ")
  }

  /// The data that a model was made for. The model's thresholds apply only to such data.
  public struct Domain: Sendable, Equatable {
    /// A short name, such as `phantoms`.
    public let name: String
    /// A description of the data, worded as the end of a sentence.
    public let about: String
    /// The numbers of the blocks, from 0, whose input tokens are pooled into a volume's profile. Ascending.
    public let layers: [Int]
    /// The number of axes along which the data vary most.
    public let axes: Int
  }

  /// The dimensions of the vision encoder.
  public struct Vision: Sendable, Equatable {
    /// The number of transformer blocks.
    public let depth: Int
    /// The number of attention heads in a block.
    public let heads: Int
    /// The number of channels in the hidden layer of the MLP.
    public let hidden: Int
    /// The extents of a patch along x, y and z, in voxels.
    public let patch: [Int]
    /// The number of patches along x, y and z for which the position embedding was learnt.
    public let positionGrid: [Int]
  }

  /// The dimensions of the text encoder.
  public struct Text: Sendable, Equatable {
    /// The number of transformer layers.
    public let depth: Int
    /// The number of attention heads in a layer.
    public let heads: Int
    /// The number of channels in the hidden layer of the MLP.
    public let hidden: Int
    /// The number of entries of the vocabulary.
    public let vocabulary: Int
    /// The number of rows of the position table.
    public let positions: Int
    /// The number of rows of the token type table. Only type 0 is used.
    public let tokenTypes: Int
    /// T, the largest number of tokens of a text, including the start and the end token. Sums over
    /// the tokens of a text are divided by T.
    public let maximumTokens: Int
    /// The number of hidden states that are summed, counted from the last one.
    public let pooledLayers: Int
  }

  /// The numbers of the preprocessing recipe, not yet validated.
  public struct Recipe: Sendable, Equatable {
    /// The version of the recipe. It is raised when the meaning of the numbers changes.
    public let version: Int
    /// The axis order of the input, `LPS`.
    public let orientation: String
    /// The extents of a voxel along x, y and z, in millimetres.
    public let spacing: [Double]
    /// The extents of the input along x, y and z, in voxels.
    public let shape: [Int]
    /// The value in HU of voxels outside the scan, when it is resampled.
    public let outside: Double
    /// The value in HU of voxels that pad the volume to ``shape``.
    public let padding: Double
    /// The range in HU to which values are clipped.
    public let clip: [Double]
    /// The number by which HU are divided, as the first step of scaling.
    public let divisor: Double
    /// The number that is subtracted from the quotient, as the second step.
    public let mean: Double
    /// The number by which the difference is divided, as the last step.
    public let standardDeviation: Double
    /// True if HU are truncated to whole numbers after resampling.
    public let truncatesToWholeHU: Bool
  }

  /// The special words of the vocabulary.
  public struct SpecialTokens: Sendable, Equatable {
    /// Pads a text. This implementation does not pad, but the vocabulary must contain the word.
    public let padding: String
    /// Replaces a word that the vocabulary cannot build.
    public let unknown: String
    /// Starts a text.
    public let start: String
    /// Ends a text.
    public let end: String
  }
}
