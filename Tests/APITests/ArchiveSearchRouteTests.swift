import Foundation
import StrictJSON
import TestSupport
import Testing

/// Retrieval, reports, prompt sets and texts without a socket: tables F and G of the list of bad inputs.
@Suite struct ArchiveSearchRouteTests {
  @Test func everyKindOfQueryFindsWhatItShould() async throws {
    let service = try await LocalService()
    let empty = try await service.send("POST", "/v1/retrievals", #"{"query":{"text":"gas"}}"#)
    #expect(empty.status == 200)
    #expect(try empty.json["results"]?.elements.isEmpty == true)
    for number in 0..<4 { _ = try await service.keep(ArchiveVolumes.volume(number)) }
    let ids = try await service.volumeIDs()
    let text = try await service.send(
      "POST", "/v1/retrievals", #"{"query":{"text":"?pleural effusion"},"top_k":3}"#)
    #expect(try text.json["query"]?["encoded_text"]?.text == "There is pleural effusion")
    #expect(try text.json["results"]?.elements.count == 3)
    #expect(try text.json["searched"]?.number == 4)
    // A volume's score in a search is its score in a diagnosis.
    for hit in try #require(try text.json["results"]?.elements) {
      let id = try #require(hit["volume_id"]?.text)
      let diagnosis = try await service.send(
        "POST", "/v1/diagnoses", #"{"volume_id":"\#(id)","prompts":["pleural effusion"]}"#)
      let score = try #require(try diagnosis.json["findings"]?.elements[0]["score"]?.number)
      #expect(abs(score - (hit["score"]?.number ?? 9)) < 1e-6)
    }
    let report = try await service.send(
      "POST", "/v1/retrievals",
      #"{"query":{"report":"Findings: Small left pleural effusion. No nodule."}}"#)
    #expect(report.header("Server-Timing")?.hasPrefix("total;dur=") == true)
    #expect(try report.json["query"]?["summarizer"]?.text == "rules")
    #expect(try report.json["query"]?["encoded_text"]?.text?.contains("effusion") == true)
    #expect(try report.json["query"]?["encoded_text"]?.text?.contains("nodule") == false)
    let vector = try #require(
      try await service.answer("GET", "/v1/volumes/\(ids[1])/embedding").json["embedding"])
    let raw = try await service.send(
      "POST", "/v1/retrievals",
      "{\"query\":{\"embedding\":\(String(decoding: vector.bytes, as: UTF8.self))}}")
    let byID = try await service.send(
      "POST", "/v1/retrievals", #"{"query":{"volume_id":"\#(ids[1])"}}"#)
    #expect(try raw.json["results"] == byID.json["results"])
  }

  @Test func aSitesPromptSetHasVersions() async throws {
    let service = try await LocalService()
    let path = "/v1/prompt-sets/ward"
    let first =
      #"{"prompts":["?gas",{"label":"Two","texts":["There is gas","There is free gas"]}]}"#
    #expect(try await service.send("PUT", path, first).status == 201)
    #expect(try await service.send("PUT", path, first).json["version"]?.number == 1)
    let answer = try await service.diagnose(ArchiveVolumes.volume(0), query: "prompt_set=ward")
    let findings = try #require(try answer.json["findings"]?.elements)
    #expect(Set(findings.compactMap { $0["label"]?.text }) == ["?gas", "Two"])
    #expect(findings.contains { $0["stability"]?["scores"]?.elements.count == 2 })
    #expect(
      try await service.send("PUT", path, #"{"prompts":["gas"]}"#).json["version"]?.number == 2)
    let listed = try #require(
      try await service.answer("GET", "/v1/prompt-sets").json["prompt_sets"]?.elements)
    #expect(listed.compactMap { $0["prompt_count"]?.number } == [18, 15, 1])
    #expect(try await service.answer("GET", "/v1/info").json["prompt_sets"]?.elements == listed)
    for (name, body, status) in [
      ("ct-rate-18", first, 409), ("Ward", first, 422), ("b", #"{"prompts":[]}"#, 422),
      ("b", #"{"prompts":["?"]}"#, 422), ("b", "{}", 422), ("b", "[]", 422),
    ] {
      #expect(try await service.send("PUT", "/v1/prompt-sets/\(name)", body).status == status)
    }
    #expect(try await service.answer("DELETE", path).status == 204)
    #expect(try await service.answer("GET", path).status == 404)
    #expect(try await service.answer("GET", "/v1/prompt-sets/ct-rate-18").status == 200)
  }

  @Test func embeddingsHaveOpenAIsShape() async throws {
    let service = try await LocalService()
    let path = "/v1/embeddings"
    let floats = try await service.send(
      "POST", path, #"{"input":["There is gas","There are cysts"]}"#)
    let packed = try await service.send(
      "POST", path, #"{"input":"There is gas","encoding_format":"base64"}"#)
    let values = try #require(try floats.json["data"]?.elements[0]["embedding"]?.elements)
    let text = try #require(try packed.json["data"]?.elements[0]["embedding"]?.text)
    let bytes = try #require(Data(base64Encoded: text))
    let unpacked = bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    #expect(unpacked.map(JSON.float) == values)
    #expect(try floats.json["usage"]?["prompt_tokens"]?.number ?? 0 > 4)
    for body in [
      #"{"input":[]}"#, #"{"input":3}"#, "{}", #"{"input":"?."}"#,
      #"{"input":"There is gas","model":"gpt"}"#,
      #"{"input":"There is gas","encoding_format":"int8"}"#,
    ] { #expect(try await service.send("POST", path, body).status == 422, "\(body)") }
    let pointed = try await service.send("POST", path, #"{"input":["There is gas","?"]}"#)
    #expect(try pointed.json["errors"]?.elements[0]["pointer"]?.text == "/input/1")
    // A word is a prompt: the model's cleaning would drop it. Two words are a text of their own.
    let words = try await service.send(
      "POST", path, #"{"model":"brgsa","input":["Gas.","gas","There is gas","free gas"]}"#)
    let vectors = try #require(try words.json["data"]?.elements).map { $0["embedding"] }
    #expect(vectors[0] == vectors[2] && vectors[1] == vectors[2] && vectors[3] != vectors[2])
  }

  /// Rows F1 to F8 and G4, on every route that takes JSON.
  @Test func brokenOrForeignJSONIsRefusedOnEveryRoute() async throws {
    let service = try await LocalService()
    let id = try #require(try await service.keep(ArchiveVolumes.volume(0)).json["id"]?.text)
    let routes = [
      ("POST", "/v1/diagnoses"), ("POST", "/v1/retrievals"), ("POST", "/v1/reports"),
      ("POST", "/v1/embeddings"), ("PUT", "/v1/prompt-sets/x"),
      ("PUT", "/v1/volumes/\(id)/metadata"),
    ]
    let deep = String(repeating: "[", count: 100_000)
    let broken: [([UInt8], String)] = [
      (Array("{".utf8), "invalid-json"), (Array("{} x".utf8), "invalid-json"),
      (Array(#"{"a":1,}"#.utf8), "invalid-json"), (Array(#"{"a":"\ud800"}"#.utf8), "invalid-json"),
      ([0x7B, 0x22, 0xC0, 0xAF, 0x22, 0x7D], "invalid-json"), (Array(deep.utf8), "invalid-json"),
      (Array("{}".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }), "invalid-json"),
      (Array(#"{"a":1,"a":2}"#.utf8), "duplicate-key"), (Array(#"{"zz":1}"#.utf8), "unknown-field"),
      (Array("[]".utf8), "invalid-value"), (Array("null".utf8), "invalid-value"),
    ]
    for (method, path) in routes {
      for (body, code) in broken {
        let answer = try await service.answer(method, path, type: "application/json", body: body)
        #expect(
          answer.code == code,
          "\(method) \(path) \(String(decoding: body.prefix(20), as: UTF8.self))")
        #expect(!answer.text.contains("zz"))
      }
      let types = ["text/html", "application/jsonx"]
      for type in types where path != "/v1/diagnoses" {
        let answer = try await service.answer(method, path, type: type, body: Array("{}".utf8))
        #expect(answer.status == 415)
      }
    }
    for body in [
      #"{"query":{"text":"gas"},"top_k":0}"#, #"{"query":{"text":"gas"},"top_k":-1}"#,
      #"{"query":{"text":"gas"},"top_k":1000000000}"#, #"{"query":{"text":"gas"},"top_k":1.5}"#,
      #"{"query":{"text":"gas"},"top_k":null}"#, #"{"query":{"text":"gas"},"top_k":1e400}"#,
      #"{"query":{"text":"gas"},"offset":-1}"#, #"{"query":{}}"#, #"{"query":null}"#,
      #"{"query":{"text":"gas","report":"x"}}"#, #"{"query":{"embedding":[]}}"#,
      #"{"query":{"embedding":[1,2]}}"#, #"{"query":{"embedding":["a"]}}"#,
      #"{"query":{"text":"gas"},"target":"x"}"#, #"{"query":{"text":"?"}}"#,
      #"{"query":{"report":"   "}}"#, #"{"query":{"text":"gas"},"filter":{"must":[{"key":"x"}]}}"#,
      #"{"query":{"text":"gas"},"filter":{"must":[{"key":"tags.a b","match":"x"}]}}"#,
    ] { #expect(try await service.send("POST", "/v1/retrievals", body).status == 422, "\(body)") }
  }

  @Test func limitsHoldAtTheLimitAndOneBeyond() async throws {
    let service = try await LocalService()
    let report = "There is a nodule. "
    for (length, status) in [(65_536, 200), (65_537, 413)] {
      let words = String(repeating: report, count: 4000).prefix(length)
      let answer = try await service.send(
        "POST", "/v1/retrievals", #"{"query":{"report":"\#(words)"}}"#)
      #expect(answer.status == status, "\(length)")
    }
    let spaces = String(repeating: " ", count: (1 << 20) - 23)
    for (extra, status) in [("", 200), (" ", 413)] {
      let body = #"{"query":{"text":"gas"}}"# + spaces.dropLast() + extra
      #expect(body.utf8.count == (1 << 20) + extra.utf8.count)
      #expect(try await service.send("POST", "/v1/retrievals", body).status == status)
    }
    // Known from the head, where files of a gigabyte would be welcome.
    let announced = try await service.answer(
      "POST", "/v1/diagnoses", type: "application/json",
      headers: ["Expect: 100-continue", "Content-Length: 1048577"])
    #expect(announced.code == "body-too-large" && announced.interim.isEmpty)
    let id = try #require(try await service.keep(ArchiveVolumes.volume(0)).json["id"]?.text)
    for (count, status) in [(64, 200), (65, 422)] {
      let tags = (0..<count).map { "\"t\($0)\":\"x\"" }.joined(separator: ",")
      let answer = try await service.send(
        "PUT", "/v1/volumes/\(id)/metadata", "{\"tags\":{\(tags)}}")
      #expect(answer.status == status, "\(count) tags")
    }
    for (count, status) in [(256, 200), (257, 413)] {
      let texts = Array(repeating: "\"There is gas\"", count: count).joined(separator: ",")
      let answer = try await service.send("POST", "/v1/embeddings", "{\"input\":[\(texts)]}")
      #expect(answer.status == status, "\(count) texts")
    }
  }

  /// Rows F9 to F14: odd texts are data, whatever they look like.
  @Test func oddTextsAreScoredOrRefusedAndNeverEchoedUnescaped() async throws {
    let service = try await LocalService()
    let id = try #require(try await service.keep(ArchiveVolumes.volume(0)).json["id"]?.text)
    let odd = [
      "gas" + String(repeating: "\u{301}", count: 900), String(repeating: "👨‍👩‍👧‍👦", count: 60),
      "\u{202E}gas", "a\u{FEFF}b gas", "'; DROP TABLE volume; --", "%n%n%s", "$(reboot)",
      "<script>alert(1)</script>", "cafe\u{301} sign", "caf\u{E9} sign", "gas\n", "\u{0}gas",
    ]
    for text in odd {
      let prompt = String(decoding: JSON.string(text).bytes, as: UTF8.self)
      let body = #"{"volume_id":"\#(id)","prompts":[\#(prompt)]}"#
      let one = try await service.send("POST", "/v1/diagnoses", body)
      let two = try await service.send("POST", "/v1/diagnoses", body)
      #expect(one.status == 200 || one.status == 422, "\(text.prefix(20))")
      #expect(try one.json["findings"] == two.json["findings"], "\(text.prefix(20))")
      if one.status == 200 {
        #expect(
          try one.json["findings"]?.elements[0]["label"]?.text?.utf8.elementsEqual(text.utf8)
            == true)
      }
    }
    #expect(try await service.volumeIDs() == [id])
  }
}
