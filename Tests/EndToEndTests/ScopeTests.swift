import StrictJSON
import TestSupport
import Testing

/// A key with `infer` alone asks about volumes; it does not read what is stored.
@Suite struct ScopeTests {
  private let volume = HostileVolumes.good().bytes()

  private struct Keyed {
    let service: RunningService
    let folder: ArchiveFolder
    let keys: [String: String]

    func answer(
      _ key: String, _ target: String, _ body: String, _ more: [String] = []
    ) async throws -> RawAnswer {
      try await service.answer(
        "POST", target, type: "application/json", body: Array(body.utf8),
        headers: ["Authorization: Bearer \(keys[key] ?? "")"] + more)
    }
  }

  private func keyed() async throws -> Keyed {
    let folder = try ArchiveFolder()
    var keys: [String: String] = [:]
    for scopes in ["infer", "infer,read", "write"] {
      let outcome = try await BrgsaProcess.run([
        "keys", "add", scopes.replacing(",", with: "-"), "--scopes", scopes, "--keys-file",
        "\(folder.path)/keys",
      ])
      keys[scopes] = String(outcome.output.dropLast())
    }
    let service = try await RunningService(["--keys-file", "\(folder.path)/keys"])
    let stored = try await service.keep(
      volume, headers: ["Authorization: Bearer \(keys["write"] ?? "")"])
    #expect(stored.status == 201, "\(stored.text)")
    return Keyed(service: service, folder: folder, keys: keys)
  }

  private func id(_ keyed: Keyed) async throws -> String {
    let answer = try await keyed.service.answer(
      "GET", "/v1/volumes", headers: ["Authorization: Bearer \(keyed.keys["infer,read"] ?? "")"])
    return try #require(try answer.json["volumes"]?.elements.first?["id"]?.text)
  }

  @Test func theEmbeddingOfAStoredVolumeRequiresRead() async throws {
    let keyed = try await keyed()
    let id = try await id(keyed)
    let inBody =
      #"{"volume_id":"\#(id)","prompts":["gas"],"options":{"include_embedding":true}}"#
    let plain = #"{"volume_id":"\#(id)","prompts":["gas"]}"#
    let unknown = inBody.replacing(id, with: "sha256-" + String(repeating: "0", count: 64))
    for (target, body, more) in [
      ("/v1/diagnoses", inBody, []), ("/v1/diagnoses?include_embedding=true", plain, []),
      ("/v1/diagnoses", inBody, ["Prefer: respond-async"]),
      ("/v1/diagnoses", inBody, ["Prefer: respond-async, wait=60", "Idempotency-Key: a"]),
      // A volume that is not there tells no more than one that is.
      ("/v1/diagnoses", unknown, []),
    ] {
      let refused = try await keyed.answer("infer", target, body, more)
      #expect(refused.status == 403 && refused.code == "insufficient-scope", "\(target) \(body)")
      #expect(try refused.json["embedding"] == nil)
      let allowed = try await keyed.answer("infer,read", target, body, more)
      #expect([200, 202].contains(allowed.status) || body == unknown, "\(allowed.text)")
    }
    // Scores of a stored volume need its id only; no option of it shows the embedding.
    let scores = try await keyed.answer("infer", "/v1/diagnoses", plain)
    #expect(try scores.status == 200 && scores.json["embedding"] == nil)
    #expect(try scores.json["metadata"] == nil)
    // Who sends the bytes has the volume, known or not.
    let own = try await keyed.service.answer(
      "POST", "/v1/diagnoses?prompt=gas&include_embedding=true", type: "application/octet-stream",
      body: volume, headers: ["Authorization: Bearer \(keyed.keys["infer"] ?? "")"])
    #expect(try own.status == 200 && own.json["embedding"]?.elements.isEmpty == false)
  }

  @Test(arguments: ["/v2/models/brgsa/infer", "/v2/models/brgsa/versions/VERSION/infer"])
  func soDoesItsTensor(path: String) async throws {
    let keyed = try await keyed()
    let id = try await id(keyed)
    let authorization = "Authorization: Bearer \(keyed.keys["infer,read"] ?? "")"
    let info = try await keyed.service.answer("GET", "/v1/info", headers: [authorization])
    let version = try info.json["model"]?["version"]?.text ?? "1"
    let target = path.replacing("VERSION", with: version)
    func body(_ outputs: String) -> String {
      #"{"inputs":[{"name":"volume_id","shape":[1],"datatype":"BYTES","data":["\#(id)"]},"#
        + #"{"name":"prompts","shape":[1],"datatype":"BYTES","data":["gas"]}]\#(outputs)}"#
    }
    func names(_ answer: RawAnswer) throws -> [String] {
      try answer.json["outputs"]?.elements.compactMap { $0["name"]?.text } ?? []
    }
    let named = body(#","outputs":[{"name":"scores"},{"name":"volume_embedding"}]"#)
    let refused = try await keyed.answer("infer", target, named)
    #expect(refused.status == 403 && refused.code == "insufficient-scope", "\(refused.text)")
    #expect(try names(await keyed.answer("infer", target, body(""))) == ["scores", "labels"])
    #expect(
      try names(await keyed.answer("infer,read", target, named)) == ["scores", "volume_embedding"])
    #expect(try names(await keyed.answer("infer,read", target, body(""))).count == 3)
  }
}
