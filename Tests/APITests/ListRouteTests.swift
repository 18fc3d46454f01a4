import StrictJSON
import TestSupport
import Testing

/// The lists of diagnoses and jobs, and the display names of volumes.
@Suite(.timeLimit(.minutes(30))) struct ListRouteTests {
  private static func list(
    _ service: LocalService, _ path: String, _ member: String
  ) async throws -> (entries: [JSON], cursor: String?) {
    let answer = try await service.answer("GET", path)
    #expect(answer.status == 200, "\(answer.text)")
    return (try answer.json[member]?.elements ?? [], try answer.json["next_cursor"]?.text)
  }

  private static func ids(_ entries: [JSON]) -> [String] { entries.compactMap { $0["id"]?.text } }

  @Test func diagnosesAreListedByPageAndByVolume() async throws {
    let service = try await LocalService()
    var (volumes, made): ([String], Set<String>) = ([], [])
    for number in 0..<3 {
      for prompt in ["gas", "pleural+effusion"] {
        let answer = try await service.diagnose(
          ArchiveVolumes.volume(number), query: "prompt=\(prompt)&prompt=nodule")
        made.insert(try #require(try answer.json["id"]?.text, "\(answer.text)"))
        if prompt == "gas" { volumes.append(try #require(try answer.json["volume"]?["id"]?.text)) }
      }
    }
    let all = try await Self.list(service, "/v1/diagnoses", "diagnoses")
    #expect(Set(Self.ids(all.entries)) == made && all.cursor == nil)
    let times = all.entries.compactMap { $0["created_at"]?.text }
    #expect(times == times.sorted().reversed())
    var (paged, cursor): ([String], String?) = ([], "")
    while let place = cursor {
      let page = try await Self.list(
        service, "/v1/diagnoses?limit=4\(place.isEmpty ? "" : "&cursor=\(place)")", "diagnoses")
      paged += Self.ids(page.entries)
      cursor = page.cursor
    }
    #expect(paged == Self.ids(all.entries))
    let one = try await Self.list(service, "/v1/diagnoses?volume_id=\(volumes[1])", "diagnoses")
    #expect(one.entries.count == 2)
    #expect(one.entries.allSatisfy { $0["volume_id"]?.text == volumes[1] })
    let entry = try #require(one.entries.first)
    #expect(entry["volume_name"] == .null && entry["finding_count"] == 2)
    let full = try await service.answer(
      "GET", "/v1/diagnoses/\(try #require(entry["id"]?.text))")
    #expect(try entry["model"] == full.json["model"])
    let decisions = try full.json["findings"]?.elements.compactMap { $0["positive"]?.bool } ?? []
    let count: JSON = decisions.isEmpty ? .null : .integer(decisions.count { $0 })
    #expect(entry["positive_count"] == count)
    let labels = try full.json["findings"]?.elements.compactMap { $0["label"]?.text } ?? []
    #expect(Set(entry["findings"]?.elements.compactMap { $0["label"]?.text } ?? []) == Set(labels))
    let none = try await Self.list(
      service, "/v1/diagnoses?volume_id=sha256-\(String(repeating: "0", count: 64))", "diagnoses")
    #expect(none.entries.isEmpty && none.cursor == nil)
  }

  @Test func jobsAreListedByState() async throws {
    let service = try await LocalService()
    var ids: Set<String> = []
    for number in 0..<3 {
      let answer = try await service.answer(
        "POST", "/v1/diagnoses?prompt=gas", type: "application/octet-stream",
        body: ArchiveVolumes.volume(number), headers: ["Prefer: respond-async"])
      ids.insert(try #require(try answer.json["id"]?.text, "\(answer.text)"))
    }
    for id in ids {
      var status = "queued"
      while status == "queued" || status == "running" {
        let job = try await service.answer("GET", "/v1/jobs/\(id)", headers: ["Prefer: wait=20"])
        status = try #require(try job.json["status"]?.text)
      }
    }
    let ended = try await Self.list(service, "/v1/jobs?state=ended", "jobs")
    #expect(Set(Self.ids(ended.entries)) == ids)
    let entry = try #require(ended.entries.first)
    let job = try await service.answer("GET", "/v1/jobs/\(try #require(entry["id"]?.text))")
    #expect(try entry == JSON(parsing: job.body))
    #expect(try await Self.list(service, "/v1/jobs?state=open", "jobs").entries.isEmpty)
    let first = try await Self.list(service, "/v1/jobs?limit=2", "jobs")
    let second = try await Self.list(
      service, "/v1/jobs?limit=2&cursor=\(try #require(first.cursor))", "jobs")
    #expect(Set(Self.ids(first.entries + second.entries)) == ids && second.cursor == nil)
  }

  @Test(arguments: [
    "/v1/jobs?state=x", "/v1/jobs?volume_id=1", "/v1/diagnoses?volume_id=1",
    "/v1/diagnoses?state=open", "/v1/diagnoses?limit=0", "/v1/jobs?cursor=x",
    "/v1/jobs?state=open&state=open", "/v1/worklist?limit=201", "/v1/worklist?order=size",
    "/v1/worklist?text=", "/v1/worklist?volume_ids=1", "/v1/worklist?volume_id=1",
    "/v1/worklist?cursor=name.41.1", "/v1/worklist?order=name&cursor=name.4.1",
    "/v1/worklist?order=name&cursor=name.ff.1", "/v1/worklist?order=name&cursor=name.41",
    "/v1/worklist?order=name&cursor=name.zz.1", "/v1/worklist?order=name&cursor=x",
  ])
  func aWrongFilterIsRefused(_ path: String) async throws {
    let service = try await LocalService()
    let answer = try await service.answer("GET", path)
    #expect((400..<500).contains(answer.status), "\(answer.text)")
  }

  @Test func aNameIsShownWhereverTheIDIs() async throws {
    let service = try await LocalService()
    let volume = ArchiveVolumes.volume(7)
    let id = try #require(try await service.keep(volume).json["id"]?.text)
    let name = #"CT <b>7</b> & "é" 胸"#
    let body = JSON.members([("name", .string(name)), ("tags", ["site": "A"])])
    let put = try await service.send(
      "PUT", "/v1/volumes/\(id)/metadata", String(decoding: body.bytes, as: UTF8.self))
    #expect(try put.json["metadata"]?["name"]?.text == name, "\(put.text)")
    #expect(try put.json["metadata"]?["tags"] == ["site": "A"])
    let listed = try await Self.list(service, "/v1/volumes?tag=site:A", "volumes")
    #expect(listed.entries.first?["metadata"]?["name"]?.text == name)
    _ = try await service.diagnose(volume)
    let diagnoses = try await Self.list(service, "/v1/diagnoses", "diagnoses")
    #expect(diagnoses.entries.first?["volume_name"]?.text == name)
    let query: JSON = [
      "query": ["text": "gas"],
      "filter": ["must": [["key": "name", "match": .string(name)]]],
    ]
    let found = try await service.send(
      "POST", "/v1/retrievals", String(decoding: query.bytes, as: UTF8.self))
    let hit = try found.json["results"]?.elements.first
    #expect(hit?["metadata"]?["name"]?.text == name, "\(found.text)")
    #expect(hit?["metadata"]?["tags"] == ["site": "A"])
    let cleared = try await service.send("PUT", "/v1/volumes/\(id)/metadata", #"{"name":null}"#)
    #expect(try cleared.json["metadata"]?["name"] == .null)
  }

  @Test(arguments: [#""""#, #"" ""#, #""a\nb""#, #""\u0000""#, "7", "[]"])
  func aNameThatCannotBeShownIsRefused(_ name: String) async throws {
    let service = try await LocalService()
    let id = try #require(try await service.keep(ArchiveVolumes.volume(7)).json["id"]?.text)
    let answer = try await service.send(
      "PUT", "/v1/volumes/\(id)/metadata", #"{"name":\#(name)}"#)
    #expect(answer.status == 422 || answer.status == 400, "\(answer.text)")
  }
}
