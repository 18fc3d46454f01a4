import Embeddings
import StrictJSON
import Tensors
import TestSupport
import Testing

@testable import Encoders

@Suite("Text encoder") struct TextEncoderTests {
  /// Single against double precision through five layers, as a share of the embedding's length: found
  /// is 1.4e-7 with AVX-512, and other processors sum in another order.
  static let tolerance: Float = 1e-6
  /// Cosines inherit the embeddings' error; found is 5e-8.
  static let cosineTolerance: Float = 1e-6

  let model: Model
  let cases: [JSONObject]

  init() throws {
    model = try TinyModel.model
    cases = try Fixtures.cases("text-goldens.json")
  }

  @Test("Prompts have the reference's embeddings and bridges") func goldens() throws {
    let found = model.text.encode(try texts(), on: WorkerPool(threads: 2))
    for (golden, embedding) in zip(cases, found) {
      let text = golden["text"]?.text ?? ""
      let distance = relativeDistance(embedding, try floats(golden, "embedding"))
      #expect(distance <= Self.tolerance, "\(text)")
      let bridged = relativeDistance(
        model.bank.bridge(embedding), try floats(golden, "embedding_bridged"))
      #expect(bridged <= Self.tolerance, "\(text)")
    }
  }

  @Test("Volume and prompts have the reference's five cosines") func scores() throws {
    let pool = WorkerPool(threads: 2)
    let values = try #require(model.vision.encode(TinyModel.goldenVolume(), on: pool))
    let volume = try #require(model.bridged(values))
    for (golden, embedding) in zip(cases, model.text.encode(try texts(), on: pool)) {
      let score = ZeroShotScore(volume: volume, text: try #require(model.bridged(embedding)))
      let found = [
        "score": score.mean, "direct": score.direct, "bridged": score.bridged,
        "direct_to_bridged_text": score.directBridgedText,
        "bridged_to_bridged_text": score.bridgedBoth,
      ]
      guard case .object(let wanted)? = golden["scores"], wanted.members.count == found.count else {
        throw FixtureError.malformed("text-goldens.json")
      }
      for (name, value) in wanted.members {
        guard case .number(let number) = value, let cosine = number.double else {
          throw FixtureError.malformed(name)
        }
        let distance = abs(Double(found[name] ?? .nan) - cosine)
        #expect(distance <= Double(Self.cosineTolerance), "\(name), \(golden["text"]?.text ?? "")")
      }
    }
  }

  @Test("A text has the same bits alone, in any batch and on any number of threads")
  func sameBits() throws {
    let texts = try texts()
    let alone = texts.map { model.text.encode([$0], on: WorkerPool(threads: 1))[0].bits }
    let seed = FixtureSeed(90)
    var random = seed.generator
    for threads in 1...4 {
      let pool = WorkerPool(threads: threads)
      for _ in 0..<4 {
        let order = (Array(texts.indices) + texts.indices).shuffled(using: &random)
        let found = model.text.encode(order.map { texts[$0] }, on: pool)
        for (index, embedding) in zip(order, found) {
          #expect(embedding.bits == alone[index], "text \(index), \(threads) threads, \(seed)")
        }
      }
    }
  }

  @Test("Equal texts have equal embeddings, each in its place") func equalTexts() throws {
    let texts = try texts()
    let pool = WorkerPool(threads: 2)
    let found = model.text.encode(texts + [texts[0]] + texts.reversed(), on: pool)
    let wanted = model.text.encode(texts, on: pool)
    #expect(
      found.map(\.bits) == (wanted + [wanted[0]] + wanted.reversed()).map(\.bits))
  }

  @Test("Cancelled work has no result") func cancelled() throws {
    #expect(
      model.text.encode(try texts(), on: WorkerPool(threads: 2), isCancelled: { true }) == nil)
  }

  @Test("No texts have no embeddings") func none() {
    #expect(model.text.encode([], on: WorkerPool(threads: 2)).isEmpty)
  }

  @Test("The mean is taken over T, not over the tokens that are there") func pooledOverT() throws {
    // With T doubled everything before the last layer is halved: t' − bias = (t − bias) / 2.
    let config = try Fixtures.json("tiny-model/config.json")
      .setting(["dimensions", "text", "max_tokens"], to: 194)
    let doubled = try TinyModel.load(ModelFolder(replacing: ["config.json": config.bytes]))
    let bias = try ModelTensorFile(fixture: "tiny-model/model.safetensors")
      .floats("text_encoder.emb_global.bias")
    let text = model.tokenizer.tokenize("There is lung nodule")
    let pool = WorkerPool(threads: 1)
    let wanted = zip(model.text.encode([text], on: pool)[0], bias).map { ($0 + $1) / 2 }
    #expect(relativeDistance(doubled.text.encode([text], on: pool)[0], wanted) <= Self.tolerance)
  }

  private func texts() throws -> [TokenizedText] {
    cases.map { model.tokenizer.tokenize($0["text"]?.text ?? "") }
  }

  private func floats(_ golden: JSONObject, _ name: String) throws -> [Float] {
    guard let numbers = golden[name]?.numbers else { throw FixtureError.malformed(name) }
    return numbers.map { Float($0) }
  }
}
