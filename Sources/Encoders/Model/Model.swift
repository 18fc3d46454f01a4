public import Embeddings
public import Tensors

/// A BrgSA model. Loading checks it completely; after that no function throws because of the model.
public struct Model: Sendable {
  /// The content of `config.json`.
  public let configuration: ModelConfiguration
  /// SHA-256 of weights, vocabulary and configuration, in hexadecimal.
  public let fingerprint: String
  /// Converts texts to rows of the vocabulary.
  public let tokenizer: WordPieceTokenizer
  /// Encodes volumes.
  public let vision: VisionEncoder
  /// Encodes texts.
  public let text: TextEncoder
  /// Bridges embeddings of both.
  public let bank: KnowledgeBank
  /// The data that the model was made for; nil if unknown.
  public let domain: ModelDomain?

  /// The arithmetic of both encoders.
  public let kernels: Kernels

  private let selfTest: SelfTest

  /// Reads and checks a model directory: manifest, header bounds, every tensor's name, shape,
  /// format and values, the vocabulary's size and special words.
  ///
  /// - Parameters:
  ///   - pool: Its threads hash the weights, convert them to floats and lay them out.
  ///   - kernels: The arithmetic of both encoders; the weights are laid out for it.
  /// - Throws: ``ModelError``, which names the file, the expected and the found value.
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
        try ModelDomain(file, domain, width: configuration.embedding)
      }
      try statistics.requireSound()
      return statistics
    }
    selfTest = try directory.read(
      ModelDirectory.FileName.selfTest, on: pool
    ) { file throws(ModelError) in try SelfTest(file, configuration) }
  }

  /// Computes the stored example and compares it with the result of the independent implementation
  /// in `Models/convert.py`.
  ///
  /// - Throws: ``ModelError/selfTest(what:_:)``.
  public func runSelfTest(on pool: WorkerPool) throws(ModelError) {
    try selfTest.run(self, on: pool)
  }

  /// Encodes one prepared CT volume and measures its distance from the model's domain.
  ///
  /// - Parameter progress: Called before each block with the completed share; return false to stop.
  /// - Returns: v `[C]`, not normalised, and the distance, which is nil for a model without a
  ///   domain; nil if `progress` stopped the work.
  public func encode(
    _ input: Tensor, on pool: WorkerPool, progress: (Double) -> Bool = { _ in true }
  ) -> (values: [Float], domainDistance: Double?)? {
    guard let domain else {
      return vision.encode(input, on: pool, progress: progress).map { ($0, nil) }
    }
    return vision.encode(input, profiling: domain.layers, on: pool, progress: progress)
      .map { ($0.values, domain.distance(of: $0.profile)) }
  }

  /// An embedding with its bridge; nil if a number is not finite.
  public func bridged(_ values: [Float]) -> BridgedEmbedding? {
    guard let direct = Embedding(values), let bridged = Embedding(bank.bridge(values)) else {
      return nil
    }
    return BridgedEmbedding(direct: direct, bridged: bridged)
  }
}
