import Inference
import StrictJSON
import TestSupport
import Testing

@testable import API

/// The worklist and its pictures.
@Suite(.timeLimit(.minutes(30))) struct WorklistRouteTests {
  private static func page(
    _ service: LocalService, _ query: String = ""
  ) async throws -> (entries: [JSON], cursor: String?) {
    let answer = try await service.answer("GET", "/v1/worklist?\(query)")
    #expect(answer.status == 200, "\(answer.text)")
    return (try answer.json["volumes"]?.elements ?? [], try answer.json["next_cursor"]?.text)
  }

  private static func ids(_ entries: [JSON]) -> [String] {
    entries.compactMap { $0["volume"]?["id"]?.text }
  }

  @Test func namesAreSortedPagedAndFiltered() async throws {
    let service = try await LocalService()
    let names = [#"b & "é" 胸"#, "a/b?c#d", "B", nil, "a", nil]
    var ids: [String: String] = [:]
    for (number, name) in names.enumerated() {
      let id = try #require(
        try await service.keep(ArchiveVolumes.volume(number)).json["id"]?.text)
      let body = JSON.members([
        ("name", .optional(name, JSON.string)), ("tags", ["site": number < 3 ? "x" : "y"]),
      ])
      let put = try await service.send(
        "PUT", "/v1/volumes/\(id)/metadata", String(decoding: body.bytes, as: UTF8.self))
      #expect(put.status == 200, "\(put.text)")
      if let name { ids[name] = id }
    }
    let wanted = names.compactMap(\.self).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    for limit in 1...7 {
      var (found, cursor): ([String], String?) = ([], "")
      while let place = cursor {
        let page = try await Self.page(
          service, "order=name&limit=\(limit)\(place.isEmpty ? "" : "&cursor=\(place)")")
        found += Self.ids(page.entries)
        cursor = page.cursor
      }
      #expect(found.count == 6 && Set(found).count == 6)
      #expect(found.prefix(4) == wanted.compactMap { ids[$0] }[...])
    }
    #expect(try await Self.page(service, "text=%C3%89").entries.count == 1)
    #expect(try await Self.page(service, "text=B&tag=site:x").entries.count == 3)
    let some = [ids["a"], ids["B"]].compactMap(\.self)
    let chosen = try await Self.page(service, "volume_ids=\(some.joined(separator: ","))")
    #expect(Set(Self.ids(chosen.entries)) == Set(some) && chosen.cursor == nil)
  }

  @Test func anEntryHasTheVolumeAndItsNewestDiagnosis() async throws {
    let service = try await LocalService()
    let volume = ArchiveVolumes.volume(1)
    let id = try #require(try await service.keep(volume).json["id"]?.text)
    let before = try #require(try await Self.page(service).entries.first)
    #expect(before["latest_diagnosis"] == .null && before["diagnosis_count"] == 0)
    #expect(before["has_slices"] == .bool(false))
    for prompt in ["gas", "nodule"] {
      _ = try await service.diagnose(volume, query: "prompt=\(prompt)")
    }
    let entry = try #require(try await Self.page(service).entries.first)
    let list = try await service.answer("GET", "/v1/volumes").json["volumes"]?.elements
    #expect(entry["volume"] == list?.first)
    let newest = try await service.answer("GET", "/v1/diagnoses").json["diagnoses"]?.elements
    #expect(entry["latest_diagnosis"] == newest?.first && entry["diagnosis_count"] == 2)
    #expect(entry["latest_diagnosis"]?["findings"]?.elements.first?["index"] == 0)
    let picture = try await service.answer("GET", "/v1/volumes/\(id)/thumbnail.png")
    #expect(picture.code == "not-found" && picture.text.contains("--persist full"))
  }

  @Test func aThumbnailIsStoredWithItsVolumeAndAKeySliceIsMade() async throws {
    let service = try await LocalService(persistence: .full)
    let volume = ArchiveVolumes.volume(1)
    let diagnosis = try await service.diagnose(volume, query: "prompt=gas&prompt=nodule").json
    let id = try #require(diagnosis["volume"]?["id"]?.text)
    let entry = try #require(try await Self.page(service).entries.first)
    #expect(entry["has_slices"] == .bool(true))
    let path = "/v1/volumes/\(id)/thumbnail.png"
    let plain = try await service.answer("GET", path)
    #expect(plain.status == 200 && plain.header("Content-Type") == "image/png")
    #expect(plain.body.prefix(4) == [0x89, 0x50, 0x4e, 0x47] && plain.body.count < 20_000)
    let made = try #require(diagnosis["id"]?.text)
    let key = try await service.answer("GET", "\(path)?diagnosis=\(made)&finding=1")
    #expect(key.status == 200 && key.body.prefix(4) == plain.body.prefix(4))
    #expect(key.body != plain.body)
    for (query, code) in [
      ("diagnosis=\(made)&finding=2", "not-found"), ("diagnosis=\(made)", "invalid-value"),
      ("window=lung", "unknown-field"), ("diagnosis=dx_x&finding=0", "not-found"),
    ] {
      let answer = try await service.answer("GET", "\(path)?\(query)")
      #expect(answer.code == code, "\(query): \(answer.text)")
    }
    let other = try await service.keep(ArchiveVolumes.volume(2)).json["id"]?.text ?? ""
    let foreign = try await service.answer(
      "GET", "/v1/volumes/\(other)/thumbnail.png?diagnosis=\(made)&finding=0")
    #expect(foreign.code == "conflict", "\(foreign.text)")
    #expect(try await service.answer("DELETE", "/v1/volumes/\(id)").status == 204)
    for query in ["", "?diagnosis=\(made)&finding=1"] {
      #expect(try await service.answer("GET", "\(path)\(query)").code == "not-found")
    }
  }
}
