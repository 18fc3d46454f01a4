import StrictJSON
import TestSupport
import Testing

@testable import Encoders

@Suite("Description of a model by its parts") struct PartsConfigurationTests {
  private let good: JSON

  init() throws { good = try Fixtures.json("tiny-hlip/config.json") }

  @Test("The fixture's parts are read") func parts() throws {
    let model = try ModelConfiguration(parsing: good.bytes)
    #expect(model.family == "hlip" && model.embedding == 20 && model.bank == nil)
    #expect(model.vision.width == 48 && model.vision.patch == [4, 4, 2])
    #expect(model.vision.partition?.joinedBlocks == [2, 5])
    #expect(!model.vision.headHasBias && !model.vision.embedsPatches)
    #expect(model.text.cleaning == .none && model.text.pooling == .classToken)
    #expect(model.score.kind == "pair_softmax")
    #expect(model.recipe.resampling == "torch" && model.recipe.cropBefore == "floor")
    #expect(model.prompts.negativeTemplate == "The volume shows: Not {term}.")
    #expect(model.prompts.sets.map(\.prompts.count) == [16, 16])
    #expect(model.provenance.trainingData == "CT-RATE")
    #expect(model.provenance.sourceSHA256.count == 64)
  }

  @Test("An option that this version does not know is refused with its name")
  func options() {
    for (path, known) in [
      (["vision", "input"], "volume"), (["vision", "positions", "kind"], "table"),
      (["vision", "partition", "axis"], "z"), (["vision", "pooling"], "class_token"),
      (["vision", "head"], "linear, linear_without_bias"), (["vision", "maps"], "none, head"),
      (["text", "cleaning"], "sentences, none"), (["text", "pooling"], "sum, class_token"),
      (["text", "head"], "linear, linear_without_bias"),
      (["score", "kind"], "cosine_mean, pair_softmax"),
      (["format"], "brgsa-model/1, brgsa-model/2"),
    ] {
      let reason = "is not supported: it is rotary, and this version knows \(known)"
      #expect(
        refusal(good.setting(path, to: "rotary"))
          == .configuration(member: path.joined(separator: "."), reason: reason))
    }
  }

  @Test("Each missing member is named, except those that may be missing") func missing() {
    let optional = [["vision", "partition"]]
    for path in good.leafPaths where path[0] != "provenance" && !optional.contains(path) {
      guard case .configuration(let member, let reason) = refusal(good.setting(path, to: nil))
      else {
        Issue.record("\(path)")
        continue
      }
      #expect(member == path.joined(separator: ".") && reason == "is missing")
    }
  }

  @Test("Each unknown member is named") func unknown() {
    for path in [
      ["x"], ["vision", "registers"], ["vision", "positions", "x"], ["vision", "partition", "x"],
      ["text", "x"], ["score", "x"], ["prompts", "x"], ["recipe", "x"],
    ] {
      #expect(
        refusal(good.setting(path, to: 1))
          == .configuration(member: path.joined(separator: "."), reason: "is unknown"))
    }
  }

  @Test("Values that cannot be are refused with their place", arguments: 0..<12)
  func impossible(_ number: Int) {
    let cases: [([String], JSON)] = [
      (["vision", "partition", "joined_blocks"], [6]),
      (["vision", "partition", "joined_blocks"], [2, 1]),
      (["vision", "norm_epsilon"], 0), (["vision", "heads"], 5), (["text", "heads"], 3),
      (["text", "pooled_layers"], 1), (["score", "scale"], 0), (["score", "scale"], .double(1e9)),
      (["prompts", "template"], "no term"), (["prompts", "negative_template"], .null),
      (["prompts", "sets"], [["name": "a", "prompts": []]]),
      (["provenance", "license"], 5),
    ]
    let (path, value) = cases[number]
    guard case .configuration(let member, _)? = refusal(good.setting(path, to: value)) else {
      Issue.record("\(path)")
      return
    }
    #expect(member.hasPrefix(path.joined(separator: ".")))
  }

  @Test("A set may not come twice, and a pair needs both texts") func sets() throws {
    let set: JSON = ["name": "a", "prompts": [["label": "x", "text": "y", "negative": "z"]]]
    #expect(refusal(good.setting(["prompts", "sets"], to: [set])) == nil)
    #expect(refusal(good.setting(["prompts", "sets"], to: [set, set])) != nil)
    let half: JSON = ["name": "a", "prompts": [["label": "x", "text": "y"]]]
    #expect(
      refusal(good.setting(["prompts", "sets"], to: [half]))
        == .configuration(member: "prompts.sets.0.prompts.0.negative", reason: "is missing"))
  }

  private func refusal(_ json: JSON) -> ModelError? {
    do throws(ModelError) {
      _ = try ModelConfiguration(parsing: json.bytes)
      return nil
    } catch {
      return error
    }
  }
}
