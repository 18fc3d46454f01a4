/// The content of `config.json`: everything about a model except weights and vocabulary.
public struct ModelConfiguration: Sendable, Equatable {
  /// The model's name, for people.
  public let name: String
  /// The version of these weights.
  public let version: String
  /// True if the weights are random: scores are then meaningless, and every response must say so.
  public let hasRandomWeights: Bool
  /// The converter's sentence for every response; empty without one.
  public let note: String
  /// C, the components of an embedding.
  public let embedding: Int
  /// K, the rows of the knowledge bank.
  public let bank: Int
  /// The 3D ViT.
  public let vision: Vision
  /// The BERT.
  public let text: Text
  /// The recipe for the vision encoder's input.
  public let recipe: Recipe
  /// The sentence around a term, with one `{term}`.
  public let promptTemplate: String
  /// Special words of the vocabulary.
  public let specialTokens: SpecialTokens
  /// The data that the model was made for; nil if unknown.
  public let domain: Domain?

  /// The model's own notice for every response; nil without one.
  public var caveat: String? {
    let random = "This model has random weights: its scores mean nothing."
    let sentences = (hasRandomWeights ? [random] : []) + (note.isEmpty ? [] : [note])
    return sentences.isEmpty ? nil : sentences.joined(separator: " ")
  }

  /// The data that a model was made for. The model's thresholds apply only to such data.
  public struct Domain: Sendable, Equatable {
    /// A short name, such as `phantoms`.
    public let name: String
    /// A description of the data, which ends a sentence.
    public let about: String
    /// The tokens that are pooled into a volume's profile: those before block 0, 1 and so on,
    /// ascending.
    public let layers: [Int]
    /// K, the number of axes along which the data vary most.
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
    /// T: most tokens of a text with its start and end; the mean is taken over T.
    public let maximumTokens: Int
    /// Number of last hidden states that are summed.
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
    /// Value in HU of samples outside the scan.
    public let outside: Double
    /// HU of padding.
    public let padding: Double
    /// HU range after clipping.
    public let clip: [Double]
    /// HU are divided by this;
    public let divisor: Double
    /// then this is subtracted;
    public let mean: Double
    /// then the difference is divided by this.
    public let standardDeviation: Double
    /// Whether HU are truncated to whole numbers after resampling.
    public let truncatesToWholeHU: Bool
  }

  /// Special words of the vocabulary.
  public struct SpecialTokens: Sendable, Equatable {
    /// Pads a text; not used here, but required.
    public let padding: String
    /// Replaces a word that the vocabulary cannot build.
    public let unknown: String
    /// Starts a text.
    public let start: String
    /// Ends a text.
    public let end: String
  }
}
