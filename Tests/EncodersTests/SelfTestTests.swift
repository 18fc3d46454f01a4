import StrictJSON
import Tensors
import TestSupport
import Testing

@testable import Encoders

@Suite("Self-test") struct SelfTestTests {
  let weights: ModelTensorFile

  init() throws { weights = try ModelTensorFile(fixture: "tiny-model/model.safetensors") }

  @Test("passes on the fixture, on any number of threads", arguments: 1...3)
  func passes(_ threads: Int) throws {
    try TinyModel.model.runSelfTest(on: WorkerPool(threads: threads))
  }

  @Test(
    "fails when a weight is changed, wherever it stands",
    arguments: [
      "img_encoder.model.patch_embed.proj.weight", "img_encoder.model.pos_embed",
      "img_encoder.model.cls_token", "img_encoder.model.blocks.0.norm1.weight",
      "img_encoder.model.blocks.1.attn.qkv.weight", "img_encoder.model.blocks.1.attn.proj.weight",
      "img_encoder.model.blocks.2.mlp.fc1.weight", "img_encoder.model.blocks.2.mlp.fc2.weight",
      "img_encoder.model.norm.weight", "img_encoder.global_embedder.weight",
      "dictionarylearning.dictionary.weight",
      "text_encoder.model.embeddings.word_embeddings.weight",
      "text_encoder.model.embeddings.LayerNorm.weight",
      "text_encoder.model.encoder.layer.1.attention.self.value.weight",
      "text_encoder.model.encoder.layer.4.output.dense.weight", "text_encoder.emb_global.weight",
    ])
  func changedWeight(_ name: String) throws {
    var changed = weights
    changed[name] = changed[name]?.map { -$0 }
    let model = try TinyModel.load(ModelFolder(weights: changed))
    #expect {
      try model.runSelfTest(on: WorkerPool(threads: 1))
    } throws: { error in
      guard case .selfTest(let what, .cosine(let cosine, let wanted))? = error as? ModelError
      else { return false }
      return cosine < wanted && "\(error)".contains(what)
    }
  }

  @Test("fails when a vocabulary gives the prompt other tokens") func changedVocabulary() throws {
    var lines = try Fixtures.bytes("tiny-model/vocab.txt").split(separator: UInt8(ascii: "\n"))
    lines.swapAt(79, 80)
    let vocabulary = lines.flatMap { $0 + [UInt8(ascii: "\n")] }
    let model = try TinyModel.load(ModelFolder(replacing: ["vocab.txt": vocabulary]))
    #expect(throws: ModelError.selfTest(what: "prompt_tokens", .tokens)) {
      try model.runSelfTest(on: WorkerPool(threads: 1))
    }
  }

  @Test("fails when the mean is taken over another number of tokens") func otherDivisor() throws {
    // The direction hardly changes: only the length tells.
    let config = try Fixtures.json("tiny-model/config.json")
      .setting(["dimensions", "text", "max_tokens"], to: 98)
    let model = try TinyModel.load(ModelFolder(replacing: ["config.json": config.bytes]))
    #expect {
      try model.runSelfTest(on: WorkerPool(threads: 1))
    } throws: { error in
      guard
        case .selfTest("prompt_embedding", .length(let share, let tolerance))? = error
          as? ModelError
      else { return false }
      return abs(share - 1) > tolerance
    }
  }

  @Test("is refused in another format") func otherFormat() throws {
    var file = try ModelTensorFile(fixture: "tiny-model/selftest.safetensors")
    file.metadata = [("format", "brgsa-selftest/2"), ("prompt", "There is pleural effusion")]
    guard case .container("selftest.safetensors", _) = try refusal(file) else {
      Issue.record("the format was not looked at")
      return
    }
  }

  @Test(
    "fails when its expected numbers are others", arguments: ["volume_bridged", "prompt_embedding"])
  func changedExpectation(_ name: String) throws {
    var file = try ModelTensorFile(fixture: "tiny-model/selftest.safetensors")
    file[name] = file[name]?.map { -$0 }
    let model = try TinyModel.load(ModelFolder(replacing: ["selftest.safetensors": file.bytes]))
    #expect {
      try model.runSelfTest(on: WorkerPool(threads: 1))
    } throws: {
      guard case .selfTest(what: name, _)? = $0 as? ModelError else { return false }
      return true
    }
  }

  @Test("needs a prompt, its tensors and no others") func incomplete() throws {
    let whole = try ModelTensorFile(fixture: "tiny-model/selftest.safetensors")
    var file = whole
    file.metadata = []
    #expect("\(try refusal(file))".contains("selftest.safetensors"))
    for entry in whole.entries {
      file = whole
      file[entry.name] = nil
      guard case .tensor("selftest.safetensors", entry.name, .missing) = try refusal(file) else {
        Issue.record("\(entry.name) is missing")
        continue
      }
      file = whole
      file[entry.name]?.shape = [entry.shape.reduce(1, *), 1]
      guard case .tensor("selftest.safetensors", entry.name, .shape) = try refusal(file) else {
        Issue.record("\(entry.name) has another shape")
        continue
      }
    }
    file = whole
    file["spare"] = ModelTensorFile.Entry(name: "spare", floats: [1], shape: [1])
    #expect(try refusal(file) == .tensor(file: "selftest.safetensors", name: "spare", .unexpected))
    file = whole
    file["prompt_tokens"]?.format = "F32"
    #expect(
      try refusal(file)
        == .tensor(
          file: "selftest.safetensors", name: "prompt_tokens", .type(wanted: "I32", found: "F32")))
  }

  private func refusal(_ file: ModelTensorFile) throws -> ModelError {
    try #require(
      TinyModel.refusal(ModelFolder(replacing: ["selftest.safetensors": file.bytes])))
  }
}
