extension ModelConfiguration {
  /// The parts of the vision encoder.
  public struct Vision: Sendable, Equatable {
    /// The number of channels of a token.
    public let width: Int
    /// The number of transformer blocks.
    public let depth: Int
    /// The number of attention heads in a block.
    public let heads: Int
    /// The number of channels in the hidden layer of the MLP.
    public let hidden: Int
    /// The size of a patch along x, y and z, in voxels.
    public let patch: [Int]
    /// The number of patches along x, y and z in the learned position embedding.
    public let positionGrid: [Int]
    /// The blocks that attend within slabs of the volume; nil if all blocks attend over the whole volume.
    public let partition: Partition?
    /// The epsilon of the layer normalisations in the blocks.
    public let normEpsilon: Float
    /// The epsilon of the layer normalisation after the last block.
    public let finalNormEpsilon: Float
    /// True if the layer that computes embeddings has a bias.
    public let headHasBias: Bool
    /// True if the layer that computes the volume's embedding also gives meaningful embeddings of patches. Heat maps
    /// need them.
    public let embedsPatches: Bool
  }

  /// A division of the patches into slabs along z.
  public struct Partition: Sendable, Equatable {
    /// The indices of the blocks that attend over the whole volume. They are ascending.
    public let joinedBlocks: [Int]
  }

  /// The parts of the text encoder.
  public struct Text: Sendable, Equatable {
    /// The preparation of a text before it is tokenized.
    public let cleaning: Cleaning
    /// The number of channels of a token.
    public let width: Int
    /// The number of transformer layers.
    public let depth: Int
    /// The number of attention heads in a layer.
    public let heads: Int
    /// The number of channels in the hidden layer of the MLP.
    public let hidden: Int
    /// The number of tokens in the vocabulary.
    public let vocabulary: Int
    /// The number of rows in the position table.
    public let positions: Int
    /// The number of rows in the token type table. Only type 0 is used.
    public let tokenTypes: Int
    /// T, the maximum number of tokens of a text, including the start and end tokens.
    public let maximumTokens: Int
    /// The combination of hidden states that represents a text.
    public let pooling: TextPooling
    /// True if the layer that computes embeddings has a bias.
    public let headHasBias: Bool
  }

  /// The preparation of a text before it is tokenized.
  public enum Cleaning: String, Sendable, CaseIterable {
    /// Sentences of fewer than two words are dropped, and only ASCII words remain.
    case sentences
    /// The text is used unchanged.
    case none
  }

  /// The combination of hidden states that represents a text.
  public enum TextPooling: Sendable, Equatable {
    /// The sum of this number of hidden states, counted from the last layer backwards, over all tokens. It is divided
    /// by the maximum number of tokens.
    case sum(layers: Int)
    /// The last hidden state of the first token.
    case classToken
  }

  /// The rule that converts embeddings to a score.
  public enum ScoreRule: Sendable, Equatable {
    /// The mean of the direct and the bridged cosine.
    case meanCosine
    /// The softmax of the scaled cosines of a text that states the finding and one that denies it.
    case pairSoftmax(scale: Double)

    /// The rule's name in `config.json` and in responses.
    public var kind: String { form.rawValue }

    /// The rule without its parameters.
    public var form: Form {
      switch self {
      case .meanCosine: .meanCosine
      case .pairSoftmax: .pairSoftmax
      }
    }

    /// The names of the rules.
    public enum Form: String, Sendable, CaseIterable {
      case meanCosine = "cosine_mean"
      case pairSoftmax = "pair_softmax"
    }
  }

  /// The sentences that a model expects.
  public struct Prompts: Sendable, Equatable {
    /// The sentence template for a finding. It contains `{term}` exactly once.
    public let template: String
    /// The sentence template that denies a finding; nil if scores need no such sentence.
    public let negativeTemplate: String?
    /// The named lists of findings that belong to the model.
    public let sets: [PromptList]
  }

  /// A named list of findings.
  public struct PromptList: Sendable, Equatable {
    /// The list's name in requests.
    public let name: String
    /// The findings in order.
    public let prompts: [Wording]
  }

  /// The sentences for one finding.
  public struct Wording: Sendable, Equatable {
    /// The finding's label in responses.
    public let label: String
    /// The sentence that states the finding.
    public let text: String
    /// The sentence that denies it; nil if there is none.
    public let negative: String?
  }

  /// The origin and the terms of the weights, as `convert.py` recorded them. Each text may be empty.
  public struct Provenance: Sendable, Equatable {
    /// The name of the checkpoint's file.
    public let source: String
    /// The SHA-256 of the checkpoint in hexadecimal.
    public let sourceSHA256: String
    /// The address that the checkpoint was downloaded from.
    public let sourceURL: String
    /// The license of the weights.
    public let license: String
    /// The address of the license.
    public let licenseURL: String
    /// The data that the model was trained on.
    public let trainingData: String
    /// The license of these data.
    public let trainingDataLicense: String
    /// The purpose that the model was made for.
    public let intendedUse: String
  }
}
