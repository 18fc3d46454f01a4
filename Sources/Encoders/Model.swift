public import Embeddings
public import Tensors

/// A BrgSA model, checked completely when it was loaded: afterwards nothing here throws for its sake.
public struct Model: Sendable {
  /// What `config.json` says.
  public let configuration: ModelConfiguration
  /// SHA-256 over weights, vocabulary and configuration, in hexadecimal.
  public let fingerprint: String
  /// Turns texts into rows of the vocabulary.
  public let tokenizer: WordPieceTokenizer
  /// Encodes volumes.
  public let vision: VisionEncoder
  /// Encodes texts.
  public let text: TextEncoder
  /// Bridges both.
  public let bank: KnowledgeBank

  private let selfTest: SelfTest

  /// Reads and checks a model directory: manifest, header bounds, every tensor's name, shape, format and
  /// values, the vocabulary's size and special words.
  ///
  /// - Throws: ``ModelError``, which names the file, what was wanted and what was found.
  /// - Complexity: reads the weights twice, once for their digest.
  public init(_ directory: ModelDirectory) throws(ModelError) {
    configuration = directory.configuration
    fingerprint = directory.fingerprint
    tokenizer = try directory.tokenizer()
    let weights = try directory.weights()
    vision = try VisionEncoder(weights, configuration)
    text = try TextEncoder(weights, configuration)
    bank = try KnowledgeBank(weights, configuration)
    try weights.requireAllTaken()
    selfTest = try directory.selfTest()
  }

  /// Computes the stored example and compares it with what the independent implementation of
  /// `Models/convert.py` gave for it.
  ///
  /// - Throws: ``ModelError/selfTest(what:_:)``.
  public func runSelfTest(on pool: WorkerPool) throws(ModelError) {
    try selfTest.run(self, on: pool)
  }

  /// An embedding with its bridge, or nil if the arithmetic left the finite numbers.
  public func bridged(_ values: [Float]) -> BridgedEmbedding? {
    guard let direct = Embedding(values), let bridged = Embedding(bank.bridge(values)) else {
      return nil
    }
    return BridgedEmbedding(direct: direct, bridged: bridged)
  }
}
