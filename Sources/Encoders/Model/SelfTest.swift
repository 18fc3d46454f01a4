internal import Embeddings
internal import Tensors

/// The model's self-test, from `selftest.safetensors`.
///
/// The file contains a volume of 2 × 2 × 2 patches, a prompt, and the embeddings that an independent implementation
/// computed for them. The test detects a faulty build, a wrong axis order or a faulty processor before the first volume
/// is scored.
struct SelfTest: Sendable {
  private let volume: Tensor
  private let prompt: String
  private let tokens: [Int32]
  private let expected: [(name: String, values: Tensor)]

  /// Returns the smallest accepted cosine. Swapped axes or an approximate GELU give a smaller cosine. Rounding errors
  /// alone give a cosine much closer to 1.
  static func wantedCosine(_ compute: Compute) -> Float { compute == .f32 ? 0.9999 : 0.999 }
  /// Returns the largest accepted relative difference in length. Pooling over the wrong number of tokens changes only
  /// the length of an embedding, not its direction.
  static func lengthTolerance(_ compute: Compute) -> Double { compute == .f32 ? 1e-3 : 2e-2 }
  /// The required value of the metadata entry `format`.
  static let format = "brgsa-selftest/1"

  /// The stored embeddings, in the order in which ``run(_:on:)`` computes them. Models without a bank have no bridges.
  private static func names(hasBank: Bool) -> [String] {
    hasBank
      ? ["volume_embedding", "volume_bridged", "prompt_embedding", "prompt_bridged"]
      : ["volume_embedding", "prompt_embedding"]
  }

  init(_ file: SafetensorsFile, _ configuration: ModelConfiguration) throws(ModelError) {
    guard let prompt = file.metadata["prompt"], file.metadata["format"] == Self.format else {
      throw .container(
        file: ModelDirectory.FileName.selfTest,
        reason: "its metadata lacks the prompt or the format \(Self.format)")
    }
    self.prompt = prompt
    volume = try file.take("volume", shape: configuration.vision.patch.map { 2 * $0 })
    tokens = try file.takeIntegers("prompt_tokens", limit: configuration.text.maximumTokens)
    var expected: [(name: String, values: Tensor)] = []
    for name in Self.names(hasBank: configuration.bank != nil) {
      expected.append((name, try file.take(name, shape: [configuration.embedding])))
    }
    self.expected = expected
    try file.requireAllTaken()
  }

  func run(_ model: Model, on pool: WorkerPool) throws(ModelError) {
    let tolerance = Self.lengthTolerance(model.kernels.compute)
    let tokenized = model.tokenizer.tokenize(prompt)
    guard tokenized.ids == tokens else {
      throw .selfTest(what: "prompt_tokens", .tokens)
    }
    let text = model.text.encode([tokenized], on: pool)[0]
    let encoded = model.encode(volume, on: pool)
    let volume = encoded?.values ?? []
    if let domain = model.domain {
      let share = (encoded?.domainDistance ?? 0) / domain.exampleDistance
      guard abs(share - 1) <= tolerance else {
        throw .selfTest(what: "domain_distance", .length(share: share, tolerance: tolerance))
      }
    }
    let found =
      model.configuration.bank == nil
      ? [volume, text] : [volume, model.bank.bridge(volume), text, model.bank.bridge(text)]
    for (wanted, values) in zip(expected, found) {
      if let fault = Self.fault(
        in: values, wanted: wanted.values.elements, model.kernels.compute)
      {
        throw .selfTest(what: wanted.name, fault)
      }
    }
  }

  private static func fault(
    in found: [Float], wanted: [Float], _ compute: Compute
  ) -> ModelError.SelfTestFault? {
    guard let found = Embedding(found), let wanted = Embedding(wanted) else { return .notFinite }
    let cosine = found.cosine(wanted)
    let wantedCosine = wantedCosine(compute)
    guard cosine >= wantedCosine else { return .cosine(cosine, wanted: wantedCosine) }
    let share = found.norm / wanted.norm
    let tolerance = lengthTolerance(compute)
    guard abs(share - 1) <= tolerance else {
      return .length(share: share, tolerance: tolerance)
    }
    return nil
  }
}
