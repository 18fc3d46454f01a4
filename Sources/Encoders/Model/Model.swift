public import Embeddings
public import Tensors

/// A model: tokenizer, encoders and, if it has one, the knowledge bank.
///
/// Loading checks the whole model. After that, only the self-test can fail.
public struct Model: Sendable {
  /// The content of `config.json`.
  public let configuration: ModelConfiguration
  /// SHA-256 over the digests of the weights, vocabulary, configuration and domain, in hexadecimal.
  public let fingerprint: String
  /// Converts texts to token ids of the vocabulary.
  public let tokenizer: WordPieceTokenizer
  /// Encodes volumes.
  public let vision: VisionEncoder
  /// Encodes texts.
  public let text: TextEncoder
  /// Computes the bridges of volume and text embeddings.
  public let bank: KnowledgeBank
  /// Statistics of the data that the model was made for; nil if the model has none.
  public let domain: ModelDomain?

  /// The kernels that both encoders use.
  public let kernels: Kernels

  private let selfTest: SelfTest

  /// Reads and checks a model directory.
  ///
  /// The checks cover the manifest, the offsets in the file headers, the name, shape, format and values of each tensor,
  /// and the size and special tokens of the vocabulary.
  ///
  /// - Parameters:
  ///   - pool: Threads that hash the weights, convert them to floats and pack them for the kernels.
  ///   - kernels: The kernels that both encoders use.
  /// - Throws: ``ModelError``, which names the file and, in most cases, the expected and the actual value.
  /// - Complexity: Reads every file once.
  public init(
    _ directory: ModelDirectory, on pool: WorkerPool, kernels: Kernels = .best
  ) throws(ModelError) {
    let configuration = directory.configuration
    self.configuration = configuration
    self.kernels = kernels
    fingerprint = directory.fingerprint
    tokenizer = try directory.tokenizer()
    (vision, text, bank) = try directory.read(on: pool) { file throws(ModelError) in
      let parts = (
        try VisionEncoder(file, configuration, kernels),
        try TextEncoder(file, configuration, kernels), try KnowledgeBank(file, configuration)
      )
      try file.requireAllTaken()
      return parts
    }
    domain = try configuration.domain.map { (domain) throws(ModelError) in
      let statistics = try directory.read(
        ModelDirectory.FileName.domain, on: pool
      ) { file throws(ModelError) in
        try ModelDomain(file, domain, width: configuration.vision.width)
      }
      try statistics.requireSound()
      return statistics
    }
    selfTest = try directory.read(
      ModelDirectory.FileName.selfTest, on: pool
    ) { file throws(ModelError) in try SelfTest(file, configuration) }
  }

  /// Encodes the stored example and compares the results with those of the independent implementation in
  /// `Models/convert.py`.
  ///
  /// - Throws: ``ModelError/selfTest(what:_:)`` if a result differs.
  public func runSelfTest(on pool: WorkerPool) throws(ModelError) {
    try selfTest.run(self, on: pool)
  }

  /// Encodes one preprocessed CT volume and measures its distance from the model's domain.
  ///
  /// - Parameters:
  ///   - embedsPatches: True to return the patch embeddings, too.
  ///   - progress: Called before each block with the completed fraction, from 0 to 1. Return false to stop.
  /// - Returns: The embedding v `[C]`, which is not normalised; the distance, which is nil if the model has no domain;
  ///   and the patch embeddings, if requested. Returns nil if `progress` stopped the work.
  public func encode(
    _ input: Tensor, embedsPatches: Bool = false, on pool: WorkerPool,
    progress: (Double) -> Bool = { _ in true }
  ) -> (values: [Float], domainDistance: Double?, patches: PatchEmbeddings?)? {
    vision.encode(
      input, profiling: domain?.layers ?? [], embedsPatches: embedsPatches, on: pool,
      progress: progress
    ).map { ($0.values, domain?.distance(of: $0.profile), $0.patches) }
  }

  /// Returns an embedding with its bridge; nil if a component is not finite.
  public func bridged(_ values: [Float]) -> BridgedEmbedding? {
    guard let direct = Embedding(values), let bridged = Embedding(bank.bridge(values)) else {
      return nil
    }
    return BridgedEmbedding(direct: direct, bridged: bridged)
  }
}
