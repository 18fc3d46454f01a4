/// What `config.json` says: everything about a model that is not a weight or a word.
public struct ModelConfiguration: Sendable, Equatable {
  /// The model's name, for people.
  public let name: String
  /// The version of these weights.
  public let version: String
  /// True if the weights are random: then scores mean nothing, and every answer must say so.
  public let hasRandomWeights: Bool
  /// The sentence that whoever converted the weights wants in every answer; empty if there is none.
  public let note: String
  /// C, the components of an embedding.
  public let embedding: Int
  /// K, the rows of the knowledge bank.
  public let bank: Int
  /// The 3D ViT.
  public let vision: Vision
  /// The BERT.
  public let text: Text
  /// How a volume becomes the vision encoder's input.
  public let recipe: Recipe
  /// The sentence around a term: one `{term}` in it.
  public let promptTemplate: String
  /// Words of the vocabulary with a meaning of their own.
  public let specialTokens: SpecialTokens
  /// The data that the model was made for; nil if the file says nothing about it.
  public let domain: Domain?

  /// What every answer must say about the model besides what it says of all models.
  public var caveat: String? {
    let random = "This model has random weights: its scores mean nothing."
    let sentences = (hasRandomWeights ? [random] : []) + (note.isEmpty ? [] : [note])
    return sentences.isEmpty ? nil : sentences.joined(separator: " ")
  }

  /// The data that a model was made for. Its thresholds hold for these only.
  public struct Domain: Sendable, Equatable {
    /// A short name, such as `phantoms`.
    public let name: String
    /// What the data are, in words that end a sentence.
    public let about: String
    /// The tokens that are pooled into a volume's profile: those before block 0, 1 and so on, ascending.
    public let layers: [Int]
    /// K, the axes along which the data vary most.
    public let axes: Int
  }

  /// Dimensions of the vision encoder.
  public struct Vision: Sendable, Equatable {
    /// Transformer blocks.
    public let depth: Int
    /// Attention heads of a block.
    public let heads: Int
    /// Channels inside the MLP.
    public let hidden: Int
    /// Voxels of a patch along x, y, z.
    public let patch: [Int]
    /// The grid x, y, z for which the position embedding was learnt.
    public let positionGrid: [Int]
  }

  /// Dimensions of the text encoder.
  public struct Text: Sendable, Equatable {
    /// Transformer layers.
    public let depth: Int
    /// Attention heads of a layer.
    public let heads: Int
    /// Channels inside the MLP.
    public let hidden: Int
    /// Words of the vocabulary.
    public let vocabulary: Int
    /// Rows of the position table.
    public let positions: Int
    /// Rows of the token type table; type 0 is used.
    public let tokenTypes: Int
    /// T: tokens of a text with its start and end; the mean is taken over T.
    public let maximumTokens: Int
    /// How many of the last hidden states are summed.
    public let pooledLayers: Int
  }

  /// The numbers of the preprocessing recipe, not yet validated.
  public struct Recipe: Sendable, Equatable {
    /// Raised when the meaning of the numbers changes.
    public let version: Int
    /// The axis order of the input, `LPS`.
    public let orientation: String
    /// Millimetres of a voxel along x, y, z.
    public let spacing: [Double]
    /// Voxels of the input along x, y, z.
    public let shape: [Int]
    /// HU where resampling looks beyond the scan.
    public let outside: Double
    /// HU of padding.
    public let padding: Double
    /// HU range that is kept.
    public let clip: [Double]
    /// HU are divided by this,
    public let divisor: Double
    /// then this is taken off,
    public let mean: Double
    /// and the rest is divided by this.
    public let standardDeviation: Double
    /// Whether HU are cut to whole numbers after resampling.
    public let truncatesToWholeHU: Bool
  }

  /// Special words of the vocabulary.
  public struct SpecialTokens: Sendable, Equatable {
    /// Fills a text up; never needed here, but must exist.
    public let padding: String
    /// Stands for a word that cannot be built.
    public let unknown: String
    /// Starts a text.
    public let start: String
    /// Ends a text.
    public let end: String
  }
}
