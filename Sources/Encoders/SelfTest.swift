internal import Embeddings
internal import Tensors

/// `selftest.safetensors`: a volume of 2 × 2 × 2 patches and a prompt, with the embeddings that an
/// independent implementation gives for them. It notices a damaged build, a wrong axis order and a
/// processor that computes wrongly before the first patient does.
struct SelfTest: Sendable {
  private let volume: Tensor
  private let prompt: String
  private let tokens: [Int32]
  private let expected: [(name: String, values: Tensor)]

  /// An axis swapped or an approximate GELU falls below this; rounding stays far above it.
  static let wantedCosine: Float = 0.9999

  private static let names = [
    "volume_embedding", "volume_bridged", "prompt_embedding", "prompt_bridged",
  ]

  init(_ file: SafetensorsFile, _ configuration: ModelConfiguration) throws(ModelError) {
    guard let prompt = file.metadata["prompt"] else {
      throw .container(
        file: ModelDirectory.FileName.selfTest, reason: "its metadata lacks the prompt")
    }
    self.prompt = prompt
    volume = try file.take("volume", shape: configuration.vision.patch.map { 2 * $0 })
    tokens = try file.takeIntegers("prompt_tokens", limit: configuration.text.maximumTokens)
    var expected: [(name: String, values: Tensor)] = []
    for name in Self.names {
      expected.append((name, try file.take(name, shape: [configuration.embedding])))
    }
    self.expected = expected
    try file.requireAllTaken()
  }

  func run(_ model: Model, on pool: WorkerPool) throws(ModelError) {
    let tokenized = model.tokenizer.tokenize(prompt)
    guard tokenized.ids == tokens else {
      throw .selfTest(what: "prompt_tokens", cosine: 0, wanted: 1)
    }
    let text = model.text.encode([tokenized], on: pool)[0]
    let volume = model.vision.encode(volume, on: pool) ?? []
    let found = [volume, model.bank.bridge(volume), text, model.bank.bridge(text)]
    for (wanted, values) in zip(expected, found) {
      let cosine = Self.cosine(wanted.values.elements, values)
      guard cosine >= Self.wantedCosine else {
        throw .selfTest(what: wanted.name, cosine: cosine, wanted: Self.wantedCosine)
      }
    }
  }

  /// 0 for embeddings that are not finite, so that they fail.
  private static func cosine(_ one: [Float], _ other: [Float]) -> Float {
    guard let one = Embedding(one), let other = Embedding(other) else { return 0 }
    return one.cosine(other)
  }
}
