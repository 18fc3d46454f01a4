import Foundation
import StrictJSON
import TestSupport
import Testing

/// The Open Inference Protocol through the real server.
@Suite(.timeLimit(.minutes(30))) struct OpenInferenceServiceTests {
  private static let good = HostileVolumes.good().bytes()
  private static let model = "/v2/models/brgsa-tiny-random"
  private static let prompts = ["lung nodule", "There is gas.", "pleural effusion"]

  @Test func serverAndModelDescribeThemselves() async throws {
    let service = try await RunningService()
    let server = try await service.answer("GET", "/v2").json
    #expect(server["name"]?.text == "brgsa")
    #expect(server["version"]?.text == "0.1.0")
    #expect(server["extensions"] == ["binary_tensor_data"])
    #expect(try await service.answer("GET", "/v2/health/live").text == #"{"live":true}"#)
    #expect(try await service.answer("GET", "/v2/health/ready").text == #"{"ready":true}"#)
    for path in [Self.model, "/v2/models/brgsa", "/v2/models/br%67sa", "\(Self.model)/versions/1"] {
      let answer = try await service.answer("GET", path)
      #expect(
        answer.text == """
          {"name":"brgsa-tiny-random","versions":["1"],"platform":"brgsa",\
          "inputs":[{"name":"volume","datatype":"BYTES","shape":[1]},\
          {"name":"volume_id","datatype":"BYTES","shape":[1]},\
          {"name":"prompts","datatype":"BYTES","shape":[-1]}],\
          "outputs":[{"name":"scores","datatype":"FP32","shape":[-1]},\
          {"name":"volume_embedding","datatype":"FP32","shape":[1,96]},\
          {"name":"labels","datatype":"BYTES","shape":[-1]}]}
          """, "\(path)")
      let ready = try await service.answer("GET", "\(path)/ready")
      #expect(ready.text == #"{"name":"brgsa-tiny-random","ready":true}"#, "\(path)")
    }
    for path in ["/v2/models/other", "/v2/models/brgsa/versions/2", "/v2/models/BRGSA"] {
      for (method, target) in [("GET", path), ("GET", "\(path)/ready"), ("POST", "\(path)/infer")] {
        let answer = try await service.answer(
          method, target, type: method == "GET" ? nil : "application/json",
          body: method == "GET" ? nil : [123, 125])
        #expect(answer.status == 404 && answer.code == "not-found", "\(method) \(target)")
        #expect(try answer.json["error"] == answer.json["detail"], "\(method) \(target)")
      }
    }
  }

  @Test func scoresAreThoseOfDiagnosesInTheOrderOfThePrompts() async throws {
    let service = try await RunningService()
    let query = Self.prompts.map { "prompt=\($0.replacing(" ", with: "+"))" }
    let diagnosis = try await service.diagnose(
      Self.good, query: query.joined(separator: "&") + "&include_embedding=true"
    ).json
    var scores = [Double](repeating: .nan, count: Self.prompts.count)
    for finding in try #require(diagnosis["findings"]).elements {
      let index = try #require(finding["index"]?.number)
      scores[Int(index)] = try #require(finding["score"]?.number)
    }
    let id = try #require(diagnosis["volume"]?["id"]?.text)
    let byID = InferenceBody([.texts("volume_id", [id]), .texts("prompts", Self.prompts)])
    let binary = InferenceBody([
      .binaryTexts("prompts", Self.prompts), .file("volume", Self.good),
    ])
    let requests: [(String, InferenceBody)] = [
      ("JSON alone", byID), ("binary", binary),
      (
        "binary id",
        InferenceBody([.binaryTexts("volume_id", [id]), .texts("prompts", Self.prompts)])
      ),
      ("a version", binary),
      (
        "packed",
        InferenceBody([
          .file("volume", NIfTIGzip().member(Self.good)), .texts("prompts", Self.prompts),
        ])
      ),
    ]
    for (name, body) in requests {
      for isBinary in [false, true] {
        var body = body
        body.more = #","id":"study-17","parameters":{"binary_data_output":\#(isBinary)}"#
        let path = name == "a version" ? "\(Self.model)/versions/1" : "/v2/models/brgsa"
        let answer = try InferenceResult(try await service.infer(body, path))
        #expect(answer.json["id"]?.text == "study-17", "\(name)")
        #expect(answer.json["model_name"]?.text == "brgsa-tiny-random")
        #expect(answer.json["model_version"]?.text == "1")
        #expect(answer.isBinary == isBinary, "\(name)")
        let found = try answer.floats("scores")
        #expect(found.count == scores.count, "\(name)")
        for (one, other) in zip(found, scores) { #expect(abs(one - other) < 1e-6, "\(name)") }
        let embedding = try #require(diagnosis["embedding"]).elements.compactMap(\.number)
        #expect(answer.outputs["volume_embedding"]?["shape"] == [1, 96])
        #expect(try answer.floats("volume_embedding") == embedding, "\(name)")
        #expect(try answer.texts("labels") == Self.prompts, "\(name)")
        let notice = answer.json["parameters"]?["notice"]?.text
        #expect(notice?.contains("random weights") == true)
        if name != "packed" {
          // The same bytes are the same volume, wherever in a body they lie: nothing was encoded again.
          #expect(answer.json["parameters"]?["volume_id"]?.text == id, "\(name)")
          #expect(answer.header("Location") == "/v1/volumes/\(id)")
          #expect(answer.header("Server-Timing")?.contains("encode_volume;dur=0,") == true)
        }
      }
    }
    #expect(service.spooled.isEmpty)
  }

  @Test func aVolumeThatCameHereIsKnownThere() async throws {
    let service = try await RunningService()
    let body = InferenceBody([.file("volume", Self.good), .texts("prompts", ["gas"])])
    let first = try InferenceResult(try await service.infer(body))
    let id = try #require(first.json["parameters"]?["volume_id"]?.text)
    #expect(try await service.volumeIDs() == [id])
    let kept = try await service.keep(Self.good)
    #expect(kept.status == 200)
    #expect(try kept.json["id"]?.text == id)
    // And is not, where that is not wanted.
    var other = InferenceBody([
      .file("volume", ArchiveVolumes.volume(3)), .texts("prompts", ["gas"]),
    ])
    other.more = #","parameters":{"persist":false}"#
    let answer = try InferenceResult(try await service.infer(other))
    #expect(answer.header("Location") == nil)
    #expect(try await service.volumeIDs() == [id])
  }

  @Test func promptSetsComeBehindThePrompts() async throws {
    let service = try await RunningService()
    var body = InferenceBody([.file("volume", Self.good), .texts("prompts", ["gas"])])
    body.more = #","parameters":{"prompt_set":"ct-rate-18"},"outputs":[{"name":"labels"}]"#
    let answer = try InferenceResult(try await service.infer(body))
    #expect(answer.outputs.count == 1)
    let labels = try answer.texts("labels")
    #expect(labels.count == 19 && labels.first == "gas")
    #expect(labels.last == "Interlobular septal thickening")
  }

  @Test func aDICOMSeriesIsAVolumeToo() async throws {
    let service = try await RunningService()
    let series = DICOMFile.series().map { $0.bytes() }
    let zip = ZipFile(series.enumerated().map { ("IMAGES/\($0)", $1) }).bytes()
    let wanted = try await service.answer(
      "POST", "/v1/diagnoses?prompt=gas", type: "application/zip", body: zip)
    let wantedScore = try #require(try wanted.json["findings"]?.elements.first?["score"]?.number)
    let fresh = try await RunningService()
    let answer = try InferenceResult(
      try await fresh.infer(
        InferenceBody([.binaryTexts("prompts", ["gas"]), .file("volume", zip)])))
    #expect(abs(try answer.floats("scores")[0] - wantedScore) < 1e-6)
    #expect(
      answer.json["parameters"]?["volume_id"] == (try wanted.json["volume"]?["id"]))
  }

  @Test func aLongVolumeStaysOutOfMemory() async throws {
    let service = try await RunningService()
    _ = try await service.infer(
      InferenceBody([.file("volume", Self.good), .texts("prompts", ["gas"])]))
    let before = service.process.memory.peak
    var file = [UInt8](repeating: 0, count: 64 << 20)
    file.replaceSubrange(0..<Self.good.count, with: Self.good)
    let answer = try await service.infer(
      InferenceBody([.file("volume", file), .binaryTexts("prompts", ["gas"])]))
    #expect(answer.code == "trailing-data")
    #expect(service.process.memory.peak - before < 16 << 20)
  }

  /// What is sent, and what comes of it.
  private struct Row {
    let name: String
    var target = "/v2/models/brgsa/infer"
    var type: String? = "application/octet-stream"
    var headers: [String] = []
    let body: [UInt8]
    let status: Int
    let code: String?
    var pointer: String?
  }

  private static var rows: [Row] {
    let volume = InferenceBody([.file("volume", good), .texts("prompts", ["gas"])])
    let json = InferenceBody([.texts("volume_id", ["SECRET"]), .texts("prompts", ["gas"])])
    let length = "Inference-Header-Content-Length"
    func row(
      _ name: String, _ body: InferenceBody, _ status: Int, _ code: String?,
      at pointer: String? = nil
    ) -> Row {
      Row(
        name: name, headers: body.headers, body: body.bytes, status: status, code: code,
        pointer: pointer)
    }
    func volumes(_ bytes: [UInt8], _ prompts: [String] = ["gas"]) -> InferenceBody {
      InferenceBody([.file("volume", bytes), .binaryTexts("prompts", prompts)])
    }
    var lost = volume
    lost.more = #","parameters":{"prompt_set":"SECRET"}"#
    return [
      row("good", volume, 200, nil),
      Row(
        name: "no type", type: nil, headers: volume.headers, body: volume.bytes, status: 200,
        code: nil),
      Row(
        name: "JSON's type", type: "application/json", headers: volume.headers, body: volume.bytes,
        status: 200, code: nil),
      Row(
        name: "another type", type: "text/plain", headers: volume.headers, body: volume.bytes,
        status: 415, code: "unsupported-media-type"),
      Row(
        name: "a form", type: "multipart/form-data; boundary=x", body: volume.bytes, status: 415,
        code: "unsupported-media-type"),
      Row(
        name: "packed", headers: volume.headers + ["Content-Encoding: gzip"], body: volume.bytes,
        status: 415, code: "content-coding-unsupported"),
      Row(name: "no body", body: [], status: 400, code: "empty-body"),
      Row(
        name: "a query", target: "/v2/models/brgsa/infer?prompt=SECRET", headers: volume.headers,
        body: volume.bytes, status: 422, code: "unknown-field", pointer: ""),
      Row(name: "no length", body: volume.bytes, status: 400, code: "invalid-json"),
      Row(
        name: "no number", headers: ["\(length): SECRET"], body: volume.bytes, status: 400,
        code: "malformed-request"),
      Row(
        name: "a sign", headers: ["\(length): +7"], body: volume.bytes, status: 400,
        code: "malformed-request"),
      Row(
        name: "two lengths", headers: volume.headers + volume.headers, body: volume.bytes,
        status: 400, code: "malformed-request"),
      Row(
        name: "2^63", headers: ["\(length): 9223372036854775808"], body: volume.bytes, status: 400,
        code: "malformed-request"),
      Row(
        name: "longer than the body", headers: ["\(length): \(volume.bytes.count + 1)"],
        body: volume.bytes, status: 400, code: "malformed-request"),
      Row(
        name: "longer than may be", headers: ["\(length): 1048577"], body: volume.bytes,
        status: 413, code: "body-too-large"),
      Row(
        name: "the whole body is JSON", headers: ["\(length): \(volume.bytes.count)"],
        body: volume.bytes, status: 400, code: "invalid-json"),
      Row(
        name: "none of it", headers: ["\(length): 0"], body: [1], status: 400, code: "invalid-json"),
      Row(
        name: "JSON beyond its limit", type: nil,
        body: [UInt8](repeating: 32, count: 1 << 20) + Array("{}".utf8), status: 413,
        code: "body-too-large"),
      Row(
        name: "bytes after", headers: volume.headers, body: volume.bytes + [0], status: 400,
        code: "malformed-request"),
      Row(
        name: "cut", headers: volume.headers, body: volume.bytes.dropLast(), status: 422,
        code: "invalid-value", pointer: "/inputs/0/parameters/binary_data_size"),
      row("no such volume", json, 404, "not-found"),
      row("no prompt", InferenceBody([.file("volume", good)]), 422, "prompt-empty", at: "/inputs"),
      row(
        "an empty prompt", volumes(good, ["gas", " "]), 422, "prompt-empty", at: "/inputs/1/data/1"),
      row(
        "a prompt of no words", volumes(good, ["gas", "?"]), 422, "prompt-empty",
        at: "/inputs/1/data/1"),
      row(
        "a long prompt", volumes(good, [String(repeating: "a ", count: 1025)]), 413,
        "text-too-long", at: "/inputs/1/data/0"),
      row(
        "many prompts", volumes(good, [String](repeating: "gas", count: 257)), 413,
        "too-many-prompts", at: "/inputs/1/shape/0"),
      row("no such set", lost, 422, "unknown-prompt-set", at: "/parameters/prompt_set"),
      row("an empty volume", volumes([]), 400, "empty-body"),
      row("no volume", volumes(Array("SECRET".utf8)), 400, "not-nifti"),
      row("a volume that is cut", volumes(good.dropLast(2)), 400, "truncated-volume"),
      row("a volume with more behind it", volumes(good + [0, 0]), 400, "trailing-data"),
      row(
        "a packed volume that is cut", volumes(NIfTIGzip().member(good).dropLast(9)), 400,
        "gzip-corrupt"),
    ]
  }

  @Test func everyOddRequestGetsItsAnswerAndTheNextGoodOneItsScores() async throws {
    let service = try await RunningService(["--log-level", "trace"])
    for row in Self.rows {
      let answer = try await service.answer(
        "POST", row.target, type: row.type, body: Array(row.body), headers: row.headers)
      #expect(answer.status == row.status, "\(row.name)")
      #expect(answer.code == row.code, "\(row.name)")
      guard row.status != 200 else { continue }
      #expect(try answer.json["error"] == answer.json["detail"], "\(row.name)")
      if let pointer = row.pointer {
        let found = try answer.json["errors"]?.elements.first?["pointer"]?.text
        #expect(found == pointer, "\(row.name)")
      }
      #expect(!answer.text.contains("SECRET"), "\(row.name)")
    }
    let good = InferenceBody([.file("volume", Self.good), .texts("prompts", ["gas"])])
    #expect(try await service.infer(good).status == 200)
    #expect(!service.process.logged.contains("SECRET"))
    #expect(service.spooled.isEmpty)
  }

  @Test func everyRefusalUnderV2HasAnError() async throws {
    let service = try await RunningService(["--max-body", "100"])
    let body = InferenceBody([.file("volume", Self.good)])
    let answers: [(RawAnswer, Int)] = [
      (try await service.answer("GET", "/v2/models/brgsa/config"), 404),
      (try await service.answer("POST", "/v2", type: "application/json", body: [123, 125]), 405),
      (try await service.answer("GET", "/v2/models/brgsa/infer"), 405),
      (try await service.answer("GET", "/v2/models/%00"), 400),
      (try await service.infer(body), 413),
      (try await service.answer("GET", "/v2", headers: ["Origin: http://example.org"]), 403),
    ]
    for (answer, status) in answers {
      #expect(answer.status == status)
      // A path that cannot be read is under nothing.
      guard status != 400 else { continue }
      #expect(try answer.json["error"]?.text != nil, "\(status)")
      #expect(try answer.json["error"] == answer.json["detail"], "\(status)")
    }
    let elsewhere = try await service.answer("GET", "/v1/nothing")
    #expect(try elsewhere.status == 404 && elsewhere.json["error"] == nil)
  }

  @Test func aServiceWithoutRoomSaysSoBeforeAndAfterTheBody() async throws {
    let service = try await RunningService(["--memory-reserve", "\(1 << 50)"])
    let small = InferenceBody([.file("volume", Self.good), .texts("prompts", ["gas"])])
    let large = InferenceBody([
      .file("volume", [UInt8](repeating: 0, count: 2 << 20)), .texts("prompts", ["gas"]),
    ])
    for body in [small, large] {
      let answer = try await service.infer(body)
      #expect(answer.status == 503 && answer.code == "memory-pressure")
      #expect(try answer.json["error"] == answer.json["detail"])
      #expect(Int(answer.header("Retry-After") ?? "") != nil)
    }
  }
}
