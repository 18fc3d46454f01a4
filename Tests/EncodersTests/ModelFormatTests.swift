import StrictJSON
import Tensors
import TestSupport
import Testing

@testable import Encoders

@Suite("Model directory") struct ModelFormatTests {
  @Test("The fixture is what its configuration says") func fixture() throws {
    let model = try TinyModel.model
    #expect(model.configuration.name == "brgsa-tiny-random")
    #expect(model.configuration.hasRandomWeights)
    #expect(model.configuration.embedding == 96 && model.configuration.bank == 64)
    #expect(model.configuration.vision.patch == [16, 16, 8])
    #expect(model.configuration.text.maximumTokens == 97)
    #expect(model.configuration.recipe.spacing == [6, 6, 12])
    #expect(model.configuration.prompts.template == "There is {term}")
  }

  @Test("The same numbers in F16 and F32, or in BF16 and F32, give the same bits") func formats()
    throws
  {
    let half = try ModelTensorFile(fixture: "tiny-model/model.safetensors")
    let brain = half.stored(as: "BF16")
    let (volume, pool) = (try TinyModel.goldenVolume(), WorkerPool(threads: 2))
    for (short, wide) in [(half, half.stored(as: "F32")), (brain, brain.stored(as: "F32"))] {
      let models = try [short, wide].map { try TinyModel.load(ModelFolder(weights: $0)) }
      let found = models.map { model in
        let text = model.tokenizer.tokenize("There is no pleural effusion")
        let embeddings =
          [model.vision.encode(volume, on: pool) ?? []] + model.text.encode([text], on: pool)
        return embeddings.flatMap { $0 + model.bank.bridge($0) }.bits
      }
      #expect(found[0] == found[1] && found[0].count == 4 * 96)
      #expect(models[0].fingerprint != models[1].fingerprint)
    }
  }

  @Test("The fingerprint follows weights, vocabulary and configuration, and nothing else")
  func fingerprint() throws {
    let original = try TinyModel.model.fingerprint
    #expect(original.count == 64)
    #expect(try TinyModel.load(ModelFolder()).fingerprint == original)
    var weights = try ModelTensorFile(fixture: "tiny-model/model.safetensors")
    weights["text_encoder.emb_global.bias"] = weights["text_encoder.emb_global.bias"]?.map {
      $0 * 2
    }
    let config = try Fixtures.json("tiny-model/config.json").setting(["version"], to: "2")
    let vocabulary = try Fixtures.bytes("tiny-model/vocab.txt").dropLast(1)
    var selfTest = try ModelTensorFile(fixture: "tiny-model/selftest.safetensors")
    selfTest.metadata = [("format", "brgsa-selftest/1"), ("prompt", "There is lung nodule")]
    let others = try [
      ModelFolder(weights: weights), ModelFolder(replacing: ["config.json": config.bytes]),
      ModelFolder(replacing: ["vocab.txt": Array(vocabulary)]),
    ].map { try TinyModel.load($0).fingerprint }
    #expect(Set(others + [original]).count == 4)
    #expect(
      try TinyModel.load(ModelFolder(replacing: ["selftest.safetensors": selfTest.bytes]))
        .fingerprint
        == original)
  }

  @Test("An embedding that is not finite has no bridge") func notFinite() throws {
    let model = try TinyModel.model
    #expect(model.bridged([Float](repeating: .nan, count: 96)) == nil)
    #expect(model.bridged([Float](repeating: .infinity, count: 96)) == nil)
    #expect(model.bridged([Float](repeating: 0, count: 96)) == nil)
    #expect(model.bridged([Float](repeating: 0.5, count: 96)) != nil)
  }
}
