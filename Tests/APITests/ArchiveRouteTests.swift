import Foundation
import Inference
import StrictJSON
import TestSupport
import Testing

/// What is kept, and diagnoses of it, without a socket: table G of the list of bad inputs.
@Suite struct ArchiveRouteTests {
  private let good = HostileVolumes.good().bytes()

  @Test func manyAtOnceKeepOneVolume() async throws {
    let service = try await LocalService()
    let answers = try await withThrowingTaskGroup(of: RawAnswer.self) { group in
      for _ in 0..<50 { group.addTask { [good] in try await service.keep(good) } }
      return try await group.reduce(into: [RawAnswer]()) { $0.append($1) }
    }
    #expect(answers.count { $0.status == 201 } == 1)
    #expect(answers.allSatisfy { $0.status == 200 || $0.status == 201 })
    let ids = try Set(answers.map { try $0.json["id"]?.text })
    #expect(ids.count == 1)
    #expect(try await service.volumeIDs().count == 1)
    #expect(answers[0].header("ETag") == "\"\(ids.first??.description ?? "")\"")
  }

  @Test func aKnownVolumeCostsNothingAndCompressedOnesAreTheSame() async throws {
    let service = try await LocalService()
    let first = try await service.diagnose(good)
    let again = try await service.diagnose(good)
    let packed = try await service.diagnose(NIfTIGzip().member(good))
    for (answer, use) in [(first, "miss"), (again, "hit"), (packed, "hit")] {
      #expect(try answer.json["cache"]?["volume"]?.text == use)
      #expect(try answer.json["findings"] == first.json["findings"])
    }
    #expect(try packed.json["volume"]?["id"] != first.json["volume"]?["id"])
    #expect(try again.json["timings_ms"]?["decode"]?.number == 0)
    #expect(try again.json["cache"]?["prompts"]?["hit"]?.number == 1)
    let id = try #require(try first.json["volume"]?["id"]?.text)
    let byID = try await service.send(
      "POST", "/v1/diagnoses", #"{"volume_id":"\#(id)","prompts":["pleural effusion"]}"#)
    #expect(try byID.json["findings"] == first.json["findings"])
    #expect(try byID.json["volume"] == first.json["volume"])
  }

  @Test func aKeptDiagnosisIsShownInThreeForms() async throws {
    let service = try await LocalService()
    let prompt = "%3Cb%3E%22%2C%3D1%2B1"  // <b>",=1+1
    // a,"b,=1 with an accent, which makes one character of itself and the quotation mark before it
    let accented = "a%2C%22%CC%81b%2C%3D1"
    let first = try await service.diagnose(
      good, query: "prompt=\(prompt)&prompt=\(accented)&prompt=lung+nodule")
    let place = try #require(first.header("Location"))
    let json = try await service.answer("GET", place)
    #expect(json.body == first.body)
    let csv = try await service.answer("GET", place, headers: ["Accept: text/csv"])
    #expect(csv.header("Content-Type") == "text/csv; charset=utf-8")
    #expect(csv.text.hasPrefix("rank,label,score,"))
    #expect(csv.text.contains("\"<b>\"\",=1+1\""))
    #expect(csv.text.unicodeScalars.contains("\"a,\"\"\u{301}b,=1\"".unicodeScalars))
    let page = try await service.answer(
      "GET", place, headers: ["Accept: text/html,application/xhtml+xml,*/*;q=0.8"])
    #expect(page.text.contains("&lt;b&gt;&quot;,=1+1"))
    #expect(!page.text.contains("<b>"))
    let other = try await service.answer("GET", place, headers: ["Accept: image/png"])
    #expect(other.status == 406 && other.code == "not-acceptable")
    #expect(try await service.answer("GET", "/v1/diagnoses/dx_0").status == 404)
  }

  @Test func metadataIsReplacedAndListsArePaged() async throws {
    let service = try await LocalService()
    for number in 0..<5 {
      #expect(try await service.keep(ArchiveVolumes.volume(number)).status == 201)
    }
    let ids = try await service.volumeIDs()
    #expect(ids.count == 5)
    let answer = try await service.send(
      "PUT", "/v1/volumes/\(ids[3])/metadata",
      #"{"tags":{"site":"A"},"accession":"17","study_uid":null}"#)
    #expect(try answer.json["metadata"]?["tags"]?["site"]?.text == "A")
    // Kept again, a volume keeps its metadata.
    for number in 0..<5 {
      #expect(try await service.keep(ArchiveVolumes.volume(number)).status == 200)
    }
    let tagged = try await service.answer("GET", "/v1/volumes?tag=site:A").json["volumes"]?.elements
    #expect(tagged?.compactMap { $0["id"]?.text } == [ids[3]])
    var (found, cursor): ([String], String) = ([], "")
    for _ in 0..<3 {
      let page = try await service.answer("GET", "/v1/volumes?limit=2\(cursor)").json
      found += page["volumes"]?.elements.compactMap { $0["id"]?.text } ?? []
      cursor = page["next_cursor"]?.text.map { "&cursor=\($0)" } ?? ""
    }
    #expect(found == ids && cursor.isEmpty)
    let values = try await service.answer("GET", "/v1/volumes/\(ids[0])/embedding")
    let raw = try await service.answer(
      "GET", "/v1/volumes/\(ids[0])/embedding", headers: ["Accept: application/octet-stream"])
    #expect(raw.body.count == 4 * (try values.json["embedding"]?.elements.count ?? -1))
  }

  @Test func aVolumeIsDeletedOnceAndSearchedNoMore() async throws {
    let service = try await LocalService()
    let id = try #require(try await service.keep(good).json["id"]?.text)
    let place = try #require(try await service.diagnose(good).header("Location"))
    #expect(try await service.answer("DELETE", "/v1/volumes/\(id)").status == 204)
    #expect(try await service.answer("DELETE", "/v1/volumes/\(id)").status == 404)
    #expect(try await service.answer("GET", place).status == 404)
    let search = try await service.send("POST", "/v1/retrievals", #"{"query":{"text":"gas"}}"#)
    #expect(try search.json["results"]?.elements.isEmpty == true)
    #expect(try search.json["searched"]?.number == 0)
  }

  @Test func identitiesThatAreNoneAreNotFound() async throws {
    let service = try await LocalService()
    let long = String(repeating: "a", count: 10_000)
    let zeros = "sha256-" + String(repeating: "0", count: 64)
    for id in ["x", "sha256-", zeros, zeros.uppercased(), long, "..%2Fx"] {
      for (method, suffix) in [("GET", ""), ("DELETE", ""), ("GET", "/embedding")] {
        let answer = try await service.answer(method, "/v1/volumes/\(id)\(suffix)")
        #expect(
          answer.status == (id == "..%2Fx" ? 400 : 404), "\(method) \(id.prefix(20))\(suffix)")
      }
      let body = #"{"volume_id":"\#(id)","prompts":["gas"]}"#
      #expect(try await service.send("POST", "/v1/diagnoses", body).code == "not-found")
    }
  }

  @Test func percentilesNeedTwentyVolumes() async throws {
    let service = try await LocalService()
    for number in 0..<19 { _ = try await service.keep(ArchiveVolumes.volume(number)) }
    let before = try await service.diagnose(ArchiveVolumes.volume(0)).json["findings"]?.elements
    #expect(before?[0]["percentile"] == .null)
    _ = try await service.keep(ArchiveVolumes.volume(19))
    var shares: [Double] = []
    for number in 0..<20 {
      let answer = try await service.diagnose(ArchiveVolumes.volume(number))
      shares.append(
        try #require(try answer.json["findings"]?.elements[0]["percentile"]?.number))
    }
    #expect(shares.min() == 0 && shares.allSatisfy { $0 < 1 })
  }

  @Test func aBodyMustHaveTheDigestThatItPromises() async throws {
    let service = try await LocalService()
    let digest = Self.base64Digest(good)
    let right = ["Content-Digest: sha-256=:\(digest):"]
    let wrong = ["Content-Digest: sha-512=:AAAA:, sha-256=:\(String(digest.reversed())):"]
    #expect(try await service.keep(good, headers: wrong).code == "digest-mismatch")
    #expect(try await service.volumeIDs().isEmpty)
    #expect(try await service.keep(good, headers: right).status == 201)
    let question = Array(#"{"query":{"text":"gas"}}"#.utf8)
    for (promised, status) in [(question, 200), (good, 400)] {
      let answer = try await service.answer(
        "POST", "/v1/retrievals", type: "application/json", body: question,
        headers: ["Content-Digest: sha-256=:\(Self.base64Digest(promised)):"])
      #expect(answer.status == status)
    }
  }

  private static func base64Digest(_ body: [UInt8]) -> String {
    let digits = Array(ModelDigest.sha256(body))
    let bytes = stride(from: 0, to: 64, by: 2).compactMap {
      UInt8(String(digits[$0...($0 + 1)]), radix: 16)
    }
    return Data(bytes).base64EncodedString()
  }

  @Test func nothingIsKeptIfNobodyWantsIt() async throws {
    let service = try await LocalService()
    let answer = try await service.diagnose(good, query: "prompt=gas&persist=false")
    #expect(try answer.json["cache"]?["stored"] == .bool(false))
    #expect(answer.header("Location") == nil)
    #expect(try await service.volumeIDs().isEmpty)
    let nowhere = try await LocalService(persistence: .none)
    #expect(try await nowhere.diagnose(good).status == 200)
    #expect(try await nowhere.keep(good).code == "nothing-kept")
    #expect(try await nowhere.answer("GET", "/v1/volumes").code == "nothing-kept")
    #expect(try await nowhere.answer("GET", "/readyz").json["checks"]?["store"]?.text == "none")
  }
}
