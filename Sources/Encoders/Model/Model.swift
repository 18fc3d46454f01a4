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
  /// The data that the model was made for, if it says so.
  public let domain: ModelDomain?

  private let selfTest: SelfTest

  /// Reads and checks a model directory: manifest, header bounds, every tensor's name, shape, format and
  /// values, the vocabulary's size and special words.
  ///
  /// - Parameter pool: Its threads digest, widen and lay out the weights.
  /// - Throws: ``ModelError``, which names the file, what was wanted and what was found.
  /// - Complexity: reads every file once.
  public init(_ directory: ModelDirectory, on pool: WorkerPool) throws(ModelError) {
    let configuration = directory.configuration
    self.configuration = configuration
    fingerprint = directory.fingerprint
    tokenizer = try directory.tokenizer()
    (vision, text, bank) = try directory.read(on: pool) { file throws(ModelError) in
      let parts = (
        try VisionEncoder(file, configuration), try TextEncoder(file, configuration),
        try KnowledgeBank(file, configuration)
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

  /// Computes the stored example and compares it with what the independent implementation of
  /// `Models/convert.py` gave for it.
  ///
  /// - Throws: ``ModelError/selfTest(what:_:)``.
  public func runSelfTest(on pool: WorkerPool) throws(ModelError) {
    try selfTest.run(self, on: pool)
  }

  /// Encodes one prepared CT volume and measures how far it lies from the model's domain.
  ///
  /// - Parameter progress: Called before each block with the share that is done; return false to stop.
  /// - Returns: v `[C]`, not normalised, and the distance, which is nil for a model without a domain; nil if `progress`
  ///   stopped the work.
  public func encode(
    _ input: Tensor, on pool: WorkerPool, progress: (Double) -> Bool = { _ in true }
  ) -> (values: [Float], domainDistance: Double?)? {
    guard let domain else {
      return vision.encode(input, on: pool, progress: progress).map { ($0, nil) }
    }
    return vision.encode(input, profiling: domain.layers, on: pool, progress: progress)
      .map { ($0.values, domain.distance(of: $0.profile)) }
  }

  /// An embedding with its bridge, or nil if the arithmetic left the finite numbers.
  public func bridged(_ values: [Float]) -> BridgedEmbedding? {
    guard let direct = Embedding(values), let bridged = Embedding(bank.bridge(values)) else {
      return nil
    }
    return BridgedEmbedding(direct: direct, bridged: bridged)
  }
}
