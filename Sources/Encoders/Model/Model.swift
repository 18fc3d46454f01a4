public import Embeddings
public import Tensors

/// A BrgSA model.
///
/// Loading checks the whole model. So a loaded model never causes an error, except in its self-test.
public struct Model: Sendable {
  /// The content of `config.json`.
  public let configuration: ModelConfiguration
  /// SHA-256 of weights, vocabulary and configuration, in hexadecimal.
  public let fingerprint: String
  /// Converts texts to indices of the vocabulary.
  public let tokenizer: WordPieceTokenizer
  /// Encodes volumes.
  public let vision: VisionEncoder
  /// Encodes texts.
  public let text: TextEncoder
  /// Bridges the embeddings of volumes and texts.
  public let bank: KnowledgeBank
  /// The data that the model was made for; nil if unknown.
  public let domain: ModelDomain?

  /// The arithmetic of both encoders.
  public let kernels: Kernels

  private let selfTest: SelfTest

  /// Reads and checks a model directory.
  ///
  /// The checks include the manifest, the bounds in the headers, the name, shape, format and values of each tensor, and
  /// the size and the special words of the vocabulary.
  ///
  /// - Parameters:
  ///   - pool: The threads that hash the weights, convert them to floats and bring them into the order that the kernels
  ///     need.
  ///   - kernels: The arithmetic of both encoders.
  /// - Throws: ``ModelError``, which names the file, the expected value and the found value.
  /// - Complexity: reads every file once.
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
        try ModelDomain(file, domain, width: configuration.embedding)
      }
      try statistics.requireSound()
      return statistics
    }
    selfTest = try directory.read(
      ModelDirectory.FileName.selfTest, on: pool
    ) { file throws(ModelError) in try SelfTest(file, configuration) }
  }

  /// Encodes the stored example, and compares the results with the stored results of the
  /// independent implementation in `Models/convert.py`.
  ///
  /// - Throws: ``ModelError/selfTest(what:_:)``.
  public func runSelfTest(on pool: WorkerPool) throws(ModelError) {
    try selfTest.run(self, on: pool)
  }

  /// Encodes one prepared CT volume and measures its distance from the model's domain.
  ///
  /// - Parameters:
  ///   - embedsPatches: Whether to embed the patches, too.
  ///   - progress: Is called before each block with the completed fraction of the work, from 0 to 1.
  ///     If it returns false, the work stops.
  /// - Returns: The embedding v `[C]`, not normalised, the distance, and the patch embeddings if requested. The
  ///   distance is nil for a model without a domain. Nil if `progress` stopped the work.
  public func encode(
    _ input: Tensor, embedsPatches: Bool = false, on pool: WorkerPool,
    progress: (Double) -> Bool = { _ in true }
  ) -> (values: [Float], domainDistance: Double?, patches: PatchEmbeddings?)? {
    vision.encode(
      input, profiling: domain?.layers ?? [], embedsPatches: embedsPatches, on: pool,
      progress: progress
    ).map { ($0.values, domain?.distance(of: $0.profile), $0.patches) }
  }

  /// Returns an embedding together with its bridge; nil if a number is not finite.
  public func bridged(_ values: [Float]) -> BridgedEmbedding? {
    guard let direct = Embedding(values), let bridged = Embedding(bank.bridge(values)) else {
      return nil
    }
    return BridgedEmbedding(direct: direct, bridged: bridged)
  }
}
