import Foundation
import StrictJSON
import TestSupport
import Testing

/// Retrieval, reports, prompt sets and texts through the real server: tables F and G of the list of bad inputs.
@Suite struct ArchiveSearchTests {
  @Test func reportsAreFoundByVolumesAndTheirWordsAreNotKept() async throws {
    let folder = try ArchiveFolder()
    let secret = "QZXcanary"
    let id = try await {
      let service = try await RunningService(store: folder.store)
      let volume = try #require(try await service.keep(ArchiveVolumes.volume(1)).json["id"]?.text)
      let kept = try await service.send(
        "POST", "/v1/reports",
        #"{"report":"\#(secret) has a pneumothorax. MRN 123.","tags":{"site":"A"}}"#)
      #expect(kept.status == 201)
      #expect(try kept.json["report"] == .null)
      let id = try #require(try kept.json["id"]?.text)
      let found = try await service.send(
        "POST", "/v1/retrievals", #"{"query":{"volume_id":"\#(volume)"},"target":"reports"}"#)
      #expect(try found.json["results"]?.elements.first?["report_id"]?.text == id)
      #expect(!service.process.logged.contains(secret))
      #expect(!service.process.logged.contains("MRN"))
      return id
    }()
    #expect(folder.bytes.range(of: Data(secret.utf8)) == nil)
    let service = try await RunningService(store: folder.store)
    #expect(try await service.answer("GET", "/v1/reports/\(id)").status == 200)
    #expect(try await service.answer("GET", "/v1/reports").json["reports"]?.elements.count == 1)
    #expect(try await service.answer("DELETE", "/v1/reports/\(id)").status == 204)
    #expect(try await service.answer("DELETE", "/v1/reports/\(id)").status == 404)
  }
}
