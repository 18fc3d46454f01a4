import StrictJSON
import TestSupport
import Testing

@testable import Encoders

@Suite("Hostile configuration") struct ConfigurationTests {
  let good: JSON

  init() throws { good = try Fixtures.json("tiny-model/config.json") }

  @Test("The fixture's configuration is read, in any order and spacing") func readable() throws {
    let wanted = try ModelConfiguration(parsing: good.bytes)
    #expect(try ModelConfiguration(parsing: good.prettyBytes) == wanted)
    guard case .object(let object) = good else { return }
    let reversed = JSON.object(JSONObject(object.members.reversed()))
    #expect(try ModelConfiguration(parsing: reversed.bytes) == wanted)
  }

  @Test("Each missing member is named with its place") func missing() throws {
    let paths = good.leafPaths.filter { $0[0] != "provenance" }
    #expect(paths.count == 35)
    for path in paths + [["provenance"], ["dimensions"], ["dimensions", "vision"], ["recipe"]] {
      let name = path.joined(separator: ".")
      #expect(
        refusal(good.setting(path, to: nil)) == .configuration(member: name, reason: "is missing"))
    }
  }

  @Test("Each unknown member is named with its place") func unknown() {
    for path in [
      ["x"], ["dimensions", "x"], ["dimensions", "text", "depht"], ["recipe", "Mean"],
      ["special_tokens", "mask"],
    ] {
      let name = path.joined(separator: ".")
      #expect(
        refusal(good.setting(path, to: 1)) == .configuration(member: name, reason: "is unknown"))
    }
    #expect(refusal(good.setting(["provenance", "anything"], to: [1, .null])) == nil)
  }

  @Test("The note is what answers repeat; anything but a short line of text is refused")
  func note() throws {
    let path = ["provenance", "note"]
    for (value, caveat) in [
      (nil, nil), ("", nil), ("Drawings only.", "Drawings only."),
      (.string(String(repeating: "é", count: 500)), String(repeating: "é", count: 500)),
    ] as [(JSON?, String?)] {
      let sober = good.setting(["random_weights"], to: false).setting(path, to: value)
      #expect(try ModelConfiguration(parsing: sober.bytes).caveat == caveat)
    }
    let both = try ModelConfiguration(parsing: good.setting(path, to: "Drawings only.").bytes)
    #expect(
      both.caveat == "This model has random weights: its scores mean nothing. Drawings only.")
    for value in [1, .null, [], "a\nb", "\u{1b}[2J", .string(String(repeating: "a", count: 501))]
      as [JSON]
    {
      guard case .configuration("provenance.note", _) = refusal(good.setting(path, to: value))
      else {
        Issue.record("\(value)")
        continue
      }
    }
    #expect(
      refusal(good.setting(["provenance"], to: []))
        == .configuration(member: "provenance", reason: "is not an object"))
  }

  @Test("A member of another kind is named with its place") func kinds() {
    let values: [JSON] = [
      .null, true, "text", 0, -1, .double(1.5), .array([]), [1, 2, 3, 4], ["a", "b", "c"], [:],
    ]
    for path in good.leafPaths where path[0] != "provenance" {
      let name = path.joined(separator: ".")
      for value in values {
        guard let error = refusal(good.setting(path, to: value)) else {
          let isFine = ["name", "version", "special_tokens", "recipe", "random_weights"].contains(
            path[0])
          #expect(isFine, "\(name) may be \(String(decoding: value.bytes, as: UTF8.self))")
          continue
        }
        guard case .configuration(name, _) = error else {
          Issue.record("\(name): \(error)")
          continue
        }
        #expect(error.description.hasPrefix("config.json: \(name): "))
      }
    }
  }

  @Test("Numbers are taken up to their limit and not beyond")
  func limits() {
    let limits: [([String], Int)] = [
      (["dimensions", "embedding"], 8192), (["dimensions", "bank"], 1 << 20),
      (["dimensions", "vision", "depth"], 128), (["dimensions", "vision", "heads"], 256),
      (["dimensions", "vision", "hidden"], 1 << 16), (["dimensions", "text", "depth"], 128),
      (["dimensions", "text", "heads"], 256), (["dimensions", "text", "hidden"], 1 << 16),
      (["dimensions", "text", "vocabulary"], 1 << 20),
      (["dimensions", "text", "positions"], 1 << 16),
      (["dimensions", "text", "token_types"], 16), (["dimensions", "text", "max_tokens"], 1 << 12),
      (["dimensions", "text", "pooled_layers"], 129), (["recipe", "version"], 1 << 20),
    ]
    // 8192 = 256 heads of 32; the other sizes leave room for every limit at once.
    var roomy = good.setting(["dimensions", "embedding"], to: 8192)
      .setting(["dimensions", "vision", "heads"], to: 1)
      .setting(["dimensions", "text", "heads"], to: 1)
      .setting(["dimensions", "text", "depth"], to: 128)
    roomy = roomy.setting(["dimensions", "text", "positions"], to: .integer(1 << 16))
    for (path, limit) in limits {
      let name = path.joined(separator: ".")
      let isDepth = path.last == "depth" && path[1] == "text"
      let base = isDepth ? roomy.setting(["dimensions", "text", "pooled_layers"], to: 1) : roomy
      #expect(refusal(base.setting(path, to: .integer(limit))) == nil, "\(name)")
      let reason = "is not a whole number from 1 to \(limit)"
      for value in [limit + 1, 0, -1, .max, .min] {
        #expect(
          refusal(base.setting(path, to: .integer(value)))
            == .configuration(member: name, reason: reason))
      }
    }
  }

  @Test("Sizes that do not fit each other are refused")
  func consistency() {
    let cases: [([String], JSON, String)] = [
      (["dimensions", "vision", "heads"], 5, "dimensions.vision.heads"),
      (["dimensions", "text", "heads"], 7, "dimensions.text.heads"),
      (["dimensions", "embedding"], 97, "dimensions.vision.heads"),
      (["dimensions", "text", "pooled_layers"], 7, "dimensions.text.pooled_layers"),
      (["dimensions", "text", "max_tokens"], 2, "dimensions.text.max_tokens"),
      (["dimensions", "text", "max_tokens"], 513, "dimensions.text.max_tokens"),
      (["recipe", "shape"], [65, 64, 32], "recipe.shape"),
      (["recipe", "shape"], [64, 64, 12], "recipe.shape"),
      (["dimensions", "vision", "patch"], [16, 24, 8], "recipe.shape"),
      (["prompt_template"], "There is", "prompt_template"),
      (["prompt_template"], "{Term}", "prompt_template"),
      (["prompt_template"], "{term} and {term}", "prompt_template"),
      (["prompt_template"], "{ term }", "prompt_template"),
      (["format"], "brgsa-model/3", "format"), (["format"], "", "format"),
    ]
    for (path, value, member) in cases {
      guard case .configuration(member, _)? = refusal(good.setting(path, to: value)) else {
        Issue.record("\(path) = \(String(decoding: value.bytes, as: UTF8.self))")
        continue
      }
    }
    for (path, value) in [
      (["dimensions", "text", "pooled_layers"], 6), (["dimensions", "text", "max_tokens"], 3),
      (["dimensions", "text", "max_tokens"], 512), (["prompt_template"], "{term}"),
    ] as [([String], JSON)] {
      #expect(refusal(good.setting(path, to: value)) == nil, "\(path)")
    }
  }

  @Test("What is not JSON, or no object, or uses a key twice is refused")
  func notJSON() {
    let pretty = String(decoding: good.prettyBytes, as: UTF8.self)
    let texts = [
      "", "[]", "null", "{", "\u{0}", pretty + "x", "// c\n" + pretty,
      pretty.replacing("\"name\"", with: "\"version\""), pretty.replacing("true,", with: "true,,"),
      pretty.replacing("\"bank\": 64", with: "\"bank\": 64, \"b\\u0061nk\": 64"),
      pretty.replacing("0.4978", with: "NaN"), pretty.replacing("0.4978", with: "1e400"),
    ]
    for text in texts {
      guard case .configuration? = refusal(Array(text.utf8)) else {
        Issue.record("\(text)")
        continue
      }
    }
  }

  private func refusal(_ json: JSON) -> ModelError? { refusal(json.bytes) }

  private func refusal(_ bytes: [UInt8]) -> ModelError? {
    do throws(ModelError) {
      _ = try ModelConfiguration(parsing: bytes)
      return nil
    } catch {
      return error
    }
  }
}
