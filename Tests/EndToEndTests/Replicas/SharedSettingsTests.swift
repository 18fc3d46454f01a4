import Foundation
import StrictJSON
import TestSupport
import Testing

/// Calibrations and prompt sets of several services on one PostgreSQL database, and what they say about it.
@Suite(.timeLimit(.minutes(30))) final class SharedSettingsTests {
  private let replicas: Replicas
  private let text = "There is lung nodule"

  init() throws { replicas = try Replicas() }

  @Test func aCalibrationIsUsedByTheNextDiagnosisAnywhere() async throws {
    let (here, there) = (try await replicas.service(), try await replicas.service())
    let model = try await here.modelSHA256()
    let kept = try await here.keep(ArchiveVolumes.volume(1))
    let id = try #require(try kept.json["id"]?.text, "\(kept.text)")
    for number in 0..<60 {
      let (writer, reader) = number.isMultiple(of: 2) ? (here, there) : (there, here)
      if number % 10 == 9 {
        #expect(try await writer.answer("DELETE", "/v1/calibrations/ward").status == 204)
        #expect(try await reader.answer("GET", "/v1/calibrations/ward").status == 404)
        let refused = try await Self.diagnosis(of: id, "ward", reader)
        #expect(refused.code == "unknown-calibration", "\(refused.text)")
        continue
      }
      let threshold = Float(number) / 64
      let document = CalibrationServiceTests.document("ward", model, [(text, threshold)])
      #expect(try await writer.put(document, as: "ward").status == (number % 10 == 0 ? 201 : 200))
      // A name in the head of an upload is judged before the body arrives, one in JSON later.
      let answer =
        number.isMultiple(of: 3)
        ? try await reader.diagnose(
          ArchiveVolumes.volume(1), query: "prompt=lung+nodule&calibration=ward")
        : try await Self.diagnosis(of: id, "ward", reader)
      let finding = try answer.json["findings"]?.elements.first
      #expect(finding?["threshold"] == .float(threshold), "\(number): \(answer.text)")
    }
  }

  @Test func aNewNameIsKnownAnywhereAtOnceAlsoToJobs() async throws {
    let (here, there) = (try await replicas.service(), try await replicas.service())
    let model = try await here.modelSHA256()
    for number in 0..<12 {
      let name = "ward-\(number)"
      let document = CalibrationServiceTests.document(name, model, [(text, Float(number) / 16)])
      #expect(try await here.put(document, as: name).status == 201)
      let set = #"{"prompts":["lung nodule","gas \#(number)"]}"#
      #expect(try await here.send("PUT", "/v1/prompt-sets/\(name)", set).status == 201)
      let query = "prompt_set=\(name)&calibration=\(name)"
      let answer = try await there.diagnose(ArchiveVolumes.volume(2), query: query)
      #expect(answer.status == 200, "\(answer.text)")
      #expect(try answer.json["findings"]?.elements.count == 2)
      let job = try await there.answer(
        "POST", "/v1/diagnoses?\(query)", type: "application/octet-stream",
        body: ArchiveVolumes.volume(2), headers: ["Prefer: respond-async"])
      #expect(job.status == 202, "\(job.text)")
      let ended = try await there.ended(try #require(job.header("Location")))
      let result = try await here.answer("GET", try #require(ended["result"]?.text))
      #expect(try result.json["model"]?["calibration"]?["name"]?.text == name)
    }
    let unknown = try await there.diagnose(
      ArchiveVolumes.volume(2), query: "prompt_set=nobody")
    #expect(unknown.code == "unknown-prompt-set")
  }

  @Test func theServiceSaysWhatAnAcknowledgementIsWorth() async throws {
    let here = try await replicas.service()
    #expect(await here.process.logLine(with: "durability=primary") != nil)
    #expect(await here.process.logLine(with: "may lose acknowledged data") != nil)
    let ready = try await here.answer("GET", "/readyz")
    #expect(ready.status == 200)
    #expect(try ready.json["checks"]?["durability"] == "primary")
    // The server of the tests does not flush its files.
    #expect(try ready.json["notes"]?.elements.first?.text?.contains("off: fsync.") == true)
    #expect(try await here.answer("GET", "/v1/info").json["durability"] == "primary")
    let metrics = try await here.answer("GET", "/metrics").text
    for line in [
      #"brgsa_store_durability{level="primary"} 1"#, #"brgsa_store_durability{level="quorum"} 0"#,
    ] {
      #expect(metrics.contains(line))
    }
    let file = try await RunningService()
    #expect(try await file.answer("GET", "/readyz").json["checks"]?["durability"] == nil)
    #expect(try await file.answer("GET", "/v1/info").json["durability"] == nil)
  }

  private static func diagnosis(
    of id: String, _ calibration: String, _ service: RunningService
  ) async throws -> RawAnswer {
    try await service.send(
      "POST", "/v1/diagnoses",
      #"{"volume_id":"\#(id)","prompts":["lung nodule"],"options":{"calibration":"\#(calibration)"}}"#
    )
  }
}
